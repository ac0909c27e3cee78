"""How long writes to the store take, and how they end."""

from collector.domain.clock import Clock
from collector.domain.reading import ReadingBatch
from collector.store.port import ReadingWriter, StoreRejectedError
from collector.watch.spread import Spread

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
STORED, REFUSED, FAILED = "stored", "refused", "failed"


class TimedWriter:
    """A store's ``write`` with a clock beside it; ``took`` is by how the write ended."""

    def __init__(self, store: ReadingWriter, monotonic: Clock) -> None:
        self.took = {ended: Spread(BOUNDS_S) for ended in (STORED, REFUSED, FAILED)}
        self._store, self._monotonic = store, monotonic

    def write(self, batch: ReadingBatch) -> None:
        """See ReadingStore."""
        began_s, ended = self._monotonic(), FAILED
        try:
            self._store.write(batch)
            ended = STORED
        except StoreRejectedError:
            ended = REFUSED
            raise
        finally:
            self.took[ended].note([self._monotonic() - began_s])
