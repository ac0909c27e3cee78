"""How long after their receipt deliveries were stored and in the books."""

from collections.abc import Callable, Sequence

from collector.domain.clock import Clock
from collector.ingest.pipeline import Outcome
from collector.ingest.worker import Note
from collector.spool.delivery import Delivery
from collector.watch.spread import Spread

_MINUTES, _HOURS = (60.0, 300.0, 1_800.0), (3_600.0, 21_600.0, 86_400.0)
BOUNDS_S = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, *_MINUTES, *_HOURS)
LIVE, BACKLOG = "live", "backlog"


class Delays:
    """A Note around a Note; ``took`` is by the kind of delivery."""

    def __init__(self, note: Note, clock: Clock) -> None:
        self.took = {kind: Spread(BOUNDS_S) for kind in (LIVE, BACKLOG)}
        self._note, self._clock = note, clock

    def __call__(self, deliveries: Sequence[Delivery], outcome: Outcome) -> Callable[[], None]:
        """Enter a stored batch, and note its delays once that is done."""
        tell, now_s = self._note(deliveries, outcome), self._clock()
        for kind, spread in self.took.items():
            backlog = kind == BACKLOG
            spread.note([now_s - d.received_s for d in deliveries if d.backlog is backlog])
        return tell
