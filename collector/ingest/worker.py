"""The ingest's thread: takes from the spool, tries until it succeeds, and lets the spool go on."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from collector.ingest.batch_size import BatchSize
from collector.ingest.pipeline import Ingest, Outcome
from collector.spool.backoff import Backoff
from collector.spool.delivery import Delivery
from collector.spool.port import Spool, SpoolUnavailableError
from collector.store.port import StoreUnavailableError

WAIT_S = 0.2
FIRST_LINGER_S, LAST_LINGER_S, BUSY_ROWS = 0.1, 1.0, 2_000
"""A batch that is not full is waited for: each write has a price of its own. Where the last batch
had few readings the next is waited for briefly, where it had BUSY_ROWS or more the longest."""
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
LONGEST_ASKED_S = 300.0
"""A store that asks for a longer pause is tried again after this."""
_log = structlog.get_logger(__name__)

Note = Callable[[Sequence[Delivery], Outcome], Callable[[], None]]
"""Enters a stored batch into the books, as often as it is called to the same end. What it returns
is called once the spool has let the batch go: the senders may be told."""


def note_nothing(_deliveries: Sequence[Delivery], _outcome: Outcome) -> Callable[[], None]:
    """Keeps no books and tells nobody."""
    return lambda: None


@dataclass(slots=True)
class IngestCounts:
    """What a worker has done since it started, and what holds it up now (empty: nothing)."""

    deliveries: int = 0
    stored: int = 0
    refused: int = 0
    values_left_out: int = 0
    retries: int = 0
    retries_by: Counter[str] = field(default_factory=Counter)
    """Of them by the kind of error."""
    trouble: str = ""
    batches: int = 0
    busy_s: float = 0.0
    """Time spent on those batches, until they were stored."""
    newest_s: float = 0.0
    """When what was stored last had been received."""
    refused_by: Counter[str] = field(default_factory=Counter)
    """Readings by why they were refused, in the words of ``why_refused``."""


class IngestWorker:
    """Runs in a thread of its own between ``start`` and ``stop``."""

    def __init__(self, spool: Spool, ingest: Ingest, note: Note = note_nothing) -> None:
        """``note`` is called once a batch's readings are stored; see Note."""
        self.counts = IngestCounts()
        self._spool = spool
        self._ingest = ingest
        self._note = note
        self._stored: tuple[list[Delivery], Outcome] | None = None
        self._tell: Callable[[], None] | None = None
        self._pause_asked_for_s = 0.0
        self._linger_s = FIRST_LINGER_S
        self._batch_size = BatchSize()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingest", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand if the store takes it, then end. Waits for it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being stored."""
        return self._spool.state().waiting == 0

    def step(self) -> bool:
        """Try once to store what waits and to have the spool let it go, then tell its senders.

        Returns whether it succeeded; nothing that waits is a success. Never raises: what failed
        waits in the spool. What is stored but not let go yet is not stored a second time.
        """
        try:
            if self._stored is None:
                deliveries = self._spool.take(*self._batch_size.most)
                if not deliveries:
                    return True
                began_s = time.monotonic()
                outcome = self._ingest.take(deliveries)
                took_s = time.monotonic() - began_s
                self._batch_size.learn(deliveries, took_s)
                self.counts.busy_s += took_s
                self.counts.batches += 1
                self._stored = deliveries[: outcome.deliveries], outcome
            if self._tell is None:
                self._tell = self._note(*self._stored)
            self._spool.settle(self._stored[0])
        except Exception as error:  # whatever fails, no reading may be lost
            self.counts.retries += 1
            self.counts.retries_by[type(error).__name__] += 1
            self.counts.trouble = f"{type(error).__name__}: {error}"[:300]
            _log.warning("ingest waits", trouble=self.counts.trouble)
            asked_s = error.retry_after_s if isinstance(error, StoreUnavailableError) else 0.0
            self._pause_asked_for_s = min(asked_s, LONGEST_ASKED_S)
            return False
        self.counts.trouble = ""
        (deliveries, outcome), self._stored = self._stored, None
        tell, self._tell = self._tell, None
        self._count(deliveries, outcome)
        try:
            tell()
        except Exception:
            # It is stored; a sender that is not told sends it again, which changes nothing.
            _log.exception("the senders could not be told")
        return True

    def _run(self) -> None:
        pauses = Backoff(FIRST_RETRY_S, LAST_RETRY_S)
        while not self._stopping.is_set():
            if self._stored is None and not self._spool.wait(WAIT_S):
                continue
            if self._stored is None and not self._enough_waits():
                self._stopping.wait(self._linger_s)
            if self.step():
                pauses.succeeded()
            else:
                self._stopping.wait(max(pauses.next_s(), self._pause_asked_for_s))

    def _enough_waits(self) -> bool:
        try:
            state = self._spool.state()
        except SpoolUnavailableError:
            return True  # the step says so, and pauses
        return self._batch_size.is_full(state.waiting, state.waiting_bytes)

    def _count(self, deliveries: Sequence[Delivery], outcome: Outcome) -> None:
        busy = min(1.0, len(outcome.batch) / BUSY_ROWS)
        self._linger_s = FIRST_LINGER_S + busy * (LAST_LINGER_S - FIRST_LINGER_S)
        self.counts.deliveries += len(deliveries)
        self.counts.stored += outcome.stored
        self.counts.refused += outcome.refused
        self.counts.values_left_out += outcome.values_left_out
        self.counts.refused_by += outcome.refused_by
        self.counts.newest_s = max(d.received_s for d in deliveries)
