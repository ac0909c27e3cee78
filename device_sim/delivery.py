"""When readings arrive: seconds later, or after the uplink is back; some of them twice."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fleet import Fleet
from device_sim.grid import STEPS_A_DAY, times_of
from device_sim.noise import Keys, keys_of, uniform

_OUTAGE_CHANCE = 0.03
"""Chance of an uplink to fail on a day: no signal, no credit, a broker's upgrade [K]."""
_SHORTEST_S = 1800.0
_LONGEST_S = 1.25 * DAY_S
_MEMORY_DAYS = 3
"""Days whose failures can still last: today and those before."""
_TWICE_CHANCE = 0.02
_TWICE_STEPS = 8
_TWICE_AFTER_S = 600.0


@dataclass(frozen=True, slots=True)
class Detour:
    """Readings that take longer: system rows, quarter hours, UTC seconds of arrival."""

    rows: NDArray[np.int64]
    steps: NDArray[np.int64]
    received_s: NDArray[np.int64]

    def taken(self, chosen: NDArray[np.bool_]) -> Self:
        """Those where a mask says so."""
        return type(self)(self.rows[chosen], self.steps[chosen], self.received_s[chosen])

    def below(self, first: int) -> Self:
        """The same, with rows counted from ``first`` rows above."""
        return type(self)(self.rows + first, self.steps, self.received_s)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The uplinks of a fleet; all who publish through one share its failures.

    Readings are taken ``phase_s`` into each quarter hour and travel for ``delay_s``, both
    (systems,).
    """

    keys: Keys
    delay_s: NDArray[np.int64]
    phase_s: NDArray[np.int64]

    @classmethod
    def of(cls, fleet: Fleet, phase_s: NDArray[np.int64], seed: int) -> Self:
        """One key for each system's publisher, and how long its messages travel."""
        keys = keys_of(seed, [f"uplink/{p}" for p in fleet.publishers])
        delay = 2.0 + 40.0 * uniform(keys, np.zeros(1, np.int64), "delay")[:, 0] ** 2
        return cls(keys, delay.astype(np.int64), phase_s)

    def detours(self, day: int) -> tuple[Detour, Detour]:
        """What of a day's readings arrives late, and what arrives once more.

        Late is what waits for an uplink. Two hours in a row are delivered twice because an
        acknowledgement got lost.
        """
        return self._late(day), self._again(day)

    def received_s(self, day: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """When the readings of some systems arrive for the first time, (rows, 96), UTC seconds."""
        days, keys = _remembered(day), self.keys[rows]
        down = uniform(keys, days, "down") < _OUTAGE_CHANCE
        start, length = (uniform(keys, days, f"down/{what}") for what in ("start", "length"))
        begin_s = (days + start.astype(np.float64)) * DAY_S
        # Most failures are short.
        end_s = begin_s + _SHORTEST_S + (_LONGEST_S - _SHORTEST_S) * length**3
        end_s = np.where(down, end_s, begin_s)
        time_s = times_of(day)[None, :] + self.phase_s[rows, None]
        received_s = time_s + self.delay_s[rows, None]
        for place in range(days.size):
            begin, end = begin_s[:, place, None], end_s[:, place, None]
            waits = (time_s >= begin) & (time_s < end)
            back_s = end.astype(np.int64) + self.delay_s[rows, None]
            np.maximum(received_s, back_s, out=received_s, where=waits)
        return received_s

    def _late(self, day: int) -> Detour:
        down = uniform(self.keys, _remembered(day), "down") < _OUTAGE_CHANCE
        rows = np.flatnonzero(down.any(axis=1))
        received_s = self.received_s(day, rows)
        on_time_s = times_of(day)[None, :] + (self.phase_s + self.delay_s)[rows, None]
        row, step = np.nonzero(received_s > on_time_s)
        return Detour(rows[row], step, received_s[row, step])

    def _again(self, day: int) -> Detour:
        today = np.array([day], np.int64)
        rows = np.flatnonzero(uniform(self.keys, today, "twice")[:, 0] < _TWICE_CHANCE)
        keys = self.keys[rows]
        first = uniform(keys, today, "twice/first")[:, 0] * (STEPS_A_DAY - _TWICE_STEPS)
        after = 30.0 + _TWICE_AFTER_S * uniform(keys, today, "twice/after")[:, 0]
        steps = first.astype(np.int64)[:, None] + np.arange(_TWICE_STEPS)
        once_s = np.take_along_axis(self.received_s(day, rows), steps, axis=1)
        again_s = once_s + after.astype(np.int64)[:, None]
        return Detour(np.repeat(rows, _TWICE_STEPS), steps.ravel(), again_s.ravel())


def _remembered(day: int) -> NDArray[np.int64]:
    """The days whose failures can last into a day, itself the last of them."""
    return day - np.arange(_MEMORY_DAYS - 1, -1, -1, dtype=np.int64)
