"""A system's readings, whichever devices measured it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_INDEX, FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore


@dataclass(frozen=True, slots=True)
class Reading:
    """One moment of one system; what was not measured is NaN."""

    serial: str
    time_s: int
    values: NDArray[np.float64]
    quality: int

    def __getitem__(self, field: str) -> float:
        return float(self.values[FIELD_INDEX[field]])


@dataclass(frozen=True, slots=True)
class History:
    """``n`` readings of a system, oldest first; ``values`` is (n, fields) in the table's order."""

    serial: NDArray[np.str_]
    time_s: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.time_s.size)

    def __getitem__(self, field: str) -> NDArray[np.float64]:
        return self.values[:, FIELD_INDEX[field]]

    def measured(self, field: str) -> bool:
        """Whether this quantity was measured at all."""
        return bool(np.isfinite(self[field]).any())

    def take(self, rows: NDArray[np.bool_]) -> "History":
        """The readings picked by a mask."""
        return History(self.serial[rows], self.time_s[rows], self.values[rows])


def last_in_cell(time_s: NDArray[np.int64], cell_s: int) -> NDArray[np.bool_]:
    """Marks the last of the (sorted) times in every ``cell_s`` seconds: real ones, but fewer."""
    cell = time_s // cell_s
    last = np.ones(time_s.size, bool)
    last[:-1] = cell[1:] != cell[:-1]
    return last


def latest_reading(store: ReadingStore, fleet: Fleet, code: str) -> Reading | None:
    """The newest reading of a system, None when it never sent one.

    A device that has moved on to another system does not speak for this one any more.
    """
    for assignment in reversed(fleet.by_system.get(code, ())):
        batch = store.latest([assignment.serial])
        if not len(batch):
            continue
        time_s = int(batch.time_s[0])
        system = fleet.system_at(assignment.serial, time_s)
        if system is not None and system.code == code:
            return Reading(assignment.serial, time_s, batch.values[0], int(batch.quality[0]))
    return None


def history(store: ReadingStore, fleet: Fleet, code: str, start_s: int, end_s: int) -> History:
    """Readings of a system in ``start_s <= time < end_s``, oldest first."""
    parts: list[ReadingBatch] = []
    for assignment in fleet.by_system.get(code, ()):
        until_s = end_s if assignment.until_s is None else min(end_s, assignment.until_s)
        from_s = max(start_s, assignment.from_s)
        if from_s < until_s:
            parts.append(store.rows(assignment.serial, from_s, until_s))
    return _as_history(ReadingBatch.concat(parts))


def _as_history(batch: ReadingBatch) -> History:
    if not len(batch):
        return History(np.zeros(0, np.str_), np.zeros(0, np.int64), np.zeros((0, len(FIELD_NAMES))))
    order = np.argsort(batch.time_s, kind="stable")
    serial = np.array(batch.serials)[batch.serial_code]
    return History(serial[order], batch.time_s[order], batch.values[order])
