"""When readings arrive: seconds later, or after the uplink is back; some of them twice."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fleet import Fleet
from device_sim.grid import STEPS_A_DAY
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
class Again:
    """Readings that arrive a second time: system rows, quarter hours, UTC seconds of arrival."""

    rows: NDArray[np.int64]
    steps: NDArray[np.int64]
    received_s: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The uplinks of a fleet; all who publish through one share its failures."""

    keys: Keys
    delay_s: NDArray[np.int64]

    @classmethod
    def of(cls, fleet: Fleet, seed: int) -> Self:
        """One key for each system's publisher, and how long its messages travel."""
        keys = keys_of(seed, [f"uplink/{p}" for p in fleet.publishers])
        delay = 2.0 + 40.0 * uniform(keys, np.zeros(1, np.int64), "delay")[:, 0] ** 2
        return cls(keys, delay.astype(np.int64))

    def received_s(self, day: int, time_s: NDArray[np.int64]) -> NDArray[np.int64]:
        """Arrival of readings taken at ``time_s`` (systems, 96), UTC seconds."""
        received = time_s + self.delay_s[:, None]
        days = day - np.arange(_MEMORY_DAYS - 1, -1, -1, dtype=np.int64)
        down = uniform(self.keys, days, "down") < _OUTAGE_CHANCE
        start, length = (uniform(self.keys, days, f"down/{what}") for what in ("start", "length"))
        begin_s = (days + start.astype(np.float64)) * DAY_S
        # Most failures are short.
        end_s = begin_s + _SHORTEST_S + (_LONGEST_S - _SHORTEST_S) * length**3
        for row, column in np.argwhere(down):
            waits = (time_s[row] >= begin_s[row, column]) & (time_s[row] < end_s[row, column])
            late = int(end_s[row, column]) + self.delay_s[row]
            received[row, waits] = np.maximum(received[row, waits], late)
        return received

    def again(self, day: int, received_s: NDArray[np.int64]) -> Again:
        """What is delivered twice because an acknowledgement got lost: two hours in a row."""
        today = np.array([day], np.int64)
        rows = np.flatnonzero(uniform(self.keys, today, "twice")[:, 0] < _TWICE_CHANCE)
        first = uniform(self.keys[rows], today, "twice/first")[:, 0] * (STEPS_A_DAY - _TWICE_STEPS)
        after = 30.0 + _TWICE_AFTER_S * uniform(self.keys[rows], today, "twice/after")[:, 0]
        steps = first.astype(np.int64)[:, None] + np.arange(_TWICE_STEPS)
        where = np.repeat(rows, _TWICE_STEPS), steps.ravel()
        later = np.repeat(after.astype(np.int64), _TWICE_STEPS)
        return Again(*where, received_s[where] + later)
