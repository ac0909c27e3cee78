"""What every store of readings promises: the comments are the contract, one suite tests all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import Block
from collector.domain.reading import ReadingBatch


class StoreUnavailableError(Exception):
    """The store cannot be reached or is overloaded now: the same call may succeed later.

    ``retry_after_s`` is the pause that the store asks for [s], 0 when it asks for none.
    """

    def __init__(self, said: str, retry_after_s: float = 0.0) -> None:
        super().__init__(said)
        self.retry_after_s = retry_after_s


class StoreRejectedError(Exception):
    """The store will never take this batch as it is; ``str(error)`` says why."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """On which days which devices got readings: one entry for each pair, in no order.

    Entry ``i`` is of ``serials[serial_code[i]]``; ``day`` counts UTC days since 1970.
    """

    serials: tuple[str, ...]
    serial_code: NDArray[np.int32]
    day: NDArray[np.int64]


class ReadingWriter(Protocol):
    """What the ingest needs of a store."""

    def write(self, batch: ReadingBatch) -> None:
        """Keep every reading of the batch, or none.

        Returns only when they are durable. Writing a reading again changes nothing; another one
        on the same key takes its place (InfluxDB keeps fields that the other leaves out).
        Raises StoreUnavailableError or StoreRejectedError.
        """
        ...


class ReadingStore(ReadingWriter, Protocol):
    """Readings keyed by (serial, time in whole seconds)."""

    def latest(self, serials: Sequence[str]) -> ReadingBatch:
        """The newest reading of each serial that has one, in the order asked for."""
        ...

    def rows(self, serial: str, start_s: int, end_s: int) -> ReadingBatch:
        """One device's readings in ``start_s <= time < end_s``, oldest first, as they came."""
        ...

    def block(
        self,
        serials: Sequence[str],
        window_s: tuple[int, int],
        step_s: int,
        fields: Sequence[str],
    ) -> Block:
        """Readings of many devices on a grid; rows in the order of ``serials``."""
        ...

    def arrived(self, window_s: tuple[int, int], after_s: float, until_s: float) -> Arrived:
        """Which UTC days of which serials got readings received in ``after_s <= t < until_s``.

        Only readings of ``window_s[0] <= time < window_s[1]`` count, and only those whose moment
        of receipt is known.
        """
        ...

    def count(self) -> int:
        """Distinct readings kept."""
        ...

    def close(self) -> None:
        """Release files and connections; the store cannot be used afterwards."""
        ...
