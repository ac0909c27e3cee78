"""How much is taken at once: as much as is stored within seconds, for live readings wait for it."""

from collections.abc import Sequence

from collector.spool.delivery import Delivery, size_of

DELIVERIES_AT_ONCE, BYTES_AT_ONCE = 2_000, 2_000_000
"""Stored at once: enough that a store's cost for each write is small, small enough for memory."""
BATCH_S = 5.0
"""A batch may take so long [s]. What waits live meanwhile must be stored long before it is so late
that it counts as backlog."""
LEAST_SHARE, GROWTH = 0.02, 1.5


class BatchSize:
    """Learns from each batch how large the next may be, up to the most that is ever taken."""

    def __init__(self) -> None:
        self._share = 1.0

    @property
    def most(self) -> tuple[int, int]:
        """How many deliveries, and how many bytes of them, to take next."""
        many = max(1, round(self._share * DELIVERIES_AT_ONCE))
        return many, max(1, round(self._share * BYTES_AT_ONCE))

    def is_full(self, deliveries: int, size: int) -> bool:
        """Whether so many deliveries of so many bytes are a whole batch."""
        many, most_bytes = self.most
        return deliveries >= many or size >= most_bytes

    def learn(self, deliveries: Sequence[Delivery], took_s: float) -> None:
        """A batch took so long. One that was not full says nothing of what a larger one takes."""
        if took_s > BATCH_S:
            self._share = max(LEAST_SHARE, self._share * BATCH_S / took_s)
        elif self.is_full(len(deliveries), size_of(deliveries)):
            self._share = min(1.0, self._share * GROWTH, self._share * BATCH_S / max(took_s, 1e-9))
