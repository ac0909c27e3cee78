"""Enters what was stored into the ledger, then tells the senders what they may forget."""

from collections.abc import Callable, Sequence
from functools import partial

from collector.domain.clock import Clock
from collector.ingest.pipeline import Outcome
from collector.ledger.acks import Acknowledger
from collector.ledger.port import Changes, Ledger, PublisherState
from collector.ledger.takings import takings_of
from collector.spool.delivery import Delivery

Tell = Callable[[str, bytes], None]
"""Sends a payload on the ack topic of a publisher."""
ReadState = Callable[[Delivery], PublisherState | None]
"""What a delivery says of its publisher's outbox; None if it says nothing."""


class Bookkeeper:
    """The ``note`` of an IngestWorker."""

    def __init__(
        self, ledger: Ledger, spool: str, clock: Clock, tell: Tell, read_state: ReadState
    ) -> None:
        """``spool`` is the name of the spool that the deliveries come from.

        ``repeated`` counts readings that came again.
        """
        self.repeated = 0
        self._ledger, self._spool = ledger, spool
        self._clock = clock
        self._tell = tell
        self._read_state = read_state
        self._acknowledger = Acknowledger()

    def __call__(self, deliveries: Sequence[Delivery], outcome: Outcome) -> Callable[[], None]:
        """Enter a stored batch; what is returned tells its senders."""
        counted = self._ledger.counted_upto(self._spool)
        takings = takings_of(deliveries, outcome, counted)
        takings.states = [said for d in deliveries if (said := self._read_state(d)) is not None]
        changes = self._ledger.take(self._spool, takings, self._clock())
        self.repeated += sum(max(0, change.repeated) for change in changes.others.values())
        hasty = frozenset(d.publisher for d in deliveries if d.backlog)
        return partial(self._tell_senders, changes, hasty)

    def _tell_senders(self, changes: Changes, hasty: frozenset[str]) -> None:
        for publisher, payload in self._acknowledger.messages(changes, hasty, self._clock()):
            self._tell(publisher, payload)
