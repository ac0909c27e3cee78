"""Readings with a wrong clock are stored under a rebuilt time, always the same for the same."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.domain.reading import Quality, ReadingBatch
from collector.ingest.clock.port import Boot, Decided, RebuiltTimes
from collector.ingest.clock.rules import rebuilt

NO_NUMBER = "wrong clock, and no sequence number to rebuild the time from"
NUMBER_USED_TWICE = "wrong clock, and another reading bore this sequence number"


Refusals = dict[str, NDArray[np.bool_]]
"""Rows (shape (n,)) whose time could not be rebuilt, by reason."""


def set_right(
    batch: ReadingBatch, wrong: NDArray[np.bool_], trusted: NDArray[np.bool_], times: RebuiltTimes
) -> Refusals:
    """Give trusted rows their rebuilt time, in place, and mark them; returns those that get none.

    ``wrong`` rows get one. So do others of a boot whose clock was wrong, if they are readings that
    had a wrong time when they came first: by now their device's time may look believable.
    """
    numbered = np.isfinite(batch.sequence) & np.isfinite(batch.boot)
    none = np.zeros(len(batch), bool)
    refused = {NO_NUMBER: wrong & trusted & ~numbered, NUMBER_USED_TWICE: none.copy()}
    boots = times.boots()
    suspect = _of(batch, boots) if boots else none
    rows = np.flatnonzero((wrong | suspect) & trusted & numbered)
    key = np.stack([batch.serial_code[rows], batch.boot[rows].astype(np.int64)], axis=1)
    for code, number in np.unique(key, axis=0).tolist():
        boot = Boot(batch.serials[code], number)
        mine = rows[(key == (code, number)).all(axis=1)]
        _set_boot_right(batch, mine, wrong, refused, _Memory(times, boot, boots.get(boot)))
    return refused


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is remembered of one boot."""

    times: RebuiltTimes
    boot: Boot
    offset_s: float | None

    def of(self, sequence: NDArray[np.float64]) -> dict[int, Decided]:
        if self.offset_s is None:
            return {}
        found = self.times.decided(self.boot, int(sequence.min()), int(sequence.max()))
        return {d.sequence: d for d in found}

    def decide(self, wanted: dict[int, Decided]) -> dict[int, Decided]:
        return {d.sequence: d for d in self.times.decide(self.boot, list(wanted.values()))}


def _set_boot_right(
    batch: ReadingBatch,
    rows: NDArray[np.int64],
    wrong: NDArray[np.bool_],
    refused: Refusals,
    memory: _Memory,
) -> None:
    sequence, device_time_s = batch.sequence[rows], batch.device_time_s[rows]
    known = memory.of(sequence)
    new = np.array([wrong[r] and int(s) not in known for r, s in zip(rows, sequence, strict=True)])
    if new.any():
        # The same reading may stand in the batch several times; the first one decides.
        _, first = np.unique(sequence[new], return_index=True)
        fresh = np.flatnonzero(new)[first]
        times_s = rebuilt(
            sequence[fresh],
            device_time_s[fresh],
            batch.received_s[rows[fresh]],
            memory.offset_s,
        )
        wanted = {
            int(sequence[i]): Decided(int(sequence[i]), float(device_time_s[i]), int(time_s))
            for i, time_s in zip(fresh, times_s, strict=True)
        }
        known |= memory.decide(wanted)
    for row, number, said_s in zip(rows.tolist(), sequence.tolist(), device_time_s, strict=True):
        decided = known.get(int(number))
        if decided is not None and decided.device_time_s == said_s:
            batch.time_s[row] = decided.time_s
            batch.quality[row] |= Quality.CLOCK_REBUILT
        elif wrong[row]:
            refused[NUMBER_USED_TWICE][row] = True


def _of(batch: ReadingBatch, boots: Iterable[Boot]) -> NDArray[np.bool_]:
    """Rows (shape (n,)) of serials that ever had a wrong clock."""
    serials = {boot.serial for boot in boots}
    return np.array([s in serials for s in batch.serials], bool)[batch.serial_code]
