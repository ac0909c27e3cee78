"""Rows as devices keep and number them: which are taken, which boot and sequence they bear."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.reading import ReadingBatch
from device_sim.arrays import Array
from device_sim.controller import LOAD_CUT, LOAD_OFF
from device_sim.fleet import Fleet
from device_sim.grid import STEPS_A_DAY
from device_sim.instruments import Instruments
from device_sim.noise import uniform
from device_sim.trace import DayTrace

_GAP_CHANCE = 0.006
"""Chance of a short gap on a day: a device restarts, a bus hangs [K]."""
_GAP_STEPS = 20


def heard(fleet: Fleet, eyes: Instruments, trace: DayTrace) -> NDArray[np.bool_]:
    """Which quarter hours are read at all, shape (systems, 96): not mute, not in a gap."""
    silent = trace.mute.copy()
    mutes = np.flatnonzero(eyes.mute_when_cut)
    state = trace.load_state[:, mutes]
    silent[:, mutes] |= (state == LOAD_CUT) | (state == LOAD_OFF)
    today = np.array([trace.day], np.int64)
    rows = np.flatnonzero(uniform(fleet.keys, today, "gap/chance")[:, 0] < _GAP_CHANCE)
    start, length = (
        uniform(fleet.keys[rows], today, f"gap/{w}")[:, 0] for w in ("start", "length")
    )
    steps = np.arange(STEPS_A_DAY, dtype=np.float32)[:, None]
    first = start * STEPS_A_DAY
    silent[:, rows] |= (steps >= first) & (steps < first + 1 + _GAP_STEPS * length)
    return ~silent.T


@dataclass(slots=True)
class Numbering:
    """Boot and next sequence number of every system, arrays of shape (systems,).

    A device that falls silent starts anew with the next boot; a gateway numbers its serials itself
    and counts on through their gaps.
    """

    boot: NDArray[np.int64]
    next_sequence: NDArray[np.int64]
    was_heard: NDArray[np.bool_]
    restarts: NDArray[np.bool_]

    @classmethod
    def of(cls, fleet: Fleet, first_boot: NDArray[np.int64]) -> Self:
        """Before the first reading."""
        systems = len(fleet)
        return cls(
            boot=first_boot.copy(),
            next_sequence=np.ones(systems, np.int64),
            was_heard=np.ones(systems, bool),
            restarts=np.array([not a.gateway for a in fleet.assignments]),
        )

    def take(self, row: int, present: NDArray[np.bool_]) -> Iterator[tuple[int, int, slice]]:
        """Number one system's next quarter hours: (boot, first sequence, slice of those present).

        Slices count within the rows that are present; each is one boot without a hole.
        """
        steps = np.flatnonzero(present)
        if not steps.size:
            self.was_heard[row] = self.was_heard[row] and not present.size
            return
        if self.restarts[row]:
            cuts = np.flatnonzero(np.diff(steps) > 1) + 1
            fresh = steps[0] > 0 or not self.was_heard[row]
        else:
            cuts, fresh = np.zeros(0, np.int64), False
        for start, end in zip([0, *cuts.tolist()], [*cuts.tolist(), steps.size], strict=True):
            if start > 0 or fresh:
                self.boot[row] += 1
                self.next_sequence[row] = 1
            yield int(self.boot[row]), int(self.next_sequence[row]), slice(start, end)
            self.next_sequence[row] += end - start
        self.was_heard[row] = bool(present[-1])


def batch_of(
    serial: str, time_s: NDArray[np.int64], values: Array, boot: int, first_sequence: int
) -> ReadingBatch:
    """Rows of one boot as the wire wants them; ``values`` is (rows, fields)."""
    return ReadingBatch.of(
        serial,
        time_s,
        values.astype(np.float64),
        boot=float(boot),
        first_sequence=float(first_sequence),
    )
