"""What really happened, day by day: the record that answers are drawn from. Nobody transmits it."""

from dataclasses import dataclass, field, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.arrays import Array


@dataclass(frozen=True, slots=True)
class DayTruth:
    """One UTC day (a local evening and night) of all systems, arrays of shape (systems,).

    ``capacity`` is usable over rated capacity, ``dirt`` the share of light lost to it,
    ``wanted_ah`` and ``unserved_ah`` what users asked for and did not get,
    ``shade`` the share of a clear day's energy that an obstacle takes, ``sunless`` whether the
    panel was cut off during the day, ``renewed`` whether its battery was new that morning.
    """

    day: int
    capacity: Array
    dirt: Array
    wanted_ah: Array
    unserved_ah: Array
    sunless: NDArray[np.bool_]
    shade: Array
    renewed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SystemTruth:
    """The record of one system, arrays of shape (days,); ``day_s`` is where each day begins."""

    start_s: float
    end_s: float
    day_s: NDArray[np.int64]
    capacity: Array
    dirt: Array
    wanted_ah: Array
    unserved_ah: Array
    sunless: NDArray[np.bool_]
    shade: Array
    renewed: NDArray[np.bool_]

    def part(self, first: int, stop: int) -> Self:
        """The record of some of its days."""
        days = slice(first, stop)
        kept = {f.name: getattr(self, f.name) for f in fields(self)}
        arrays = {name: v[days] for name, v in kept.items() if isinstance(v, np.ndarray)}
        return replace(self, **arrays)

    def day_of(self, time_s: float) -> int:
        """Position of the day that a moment lies in, kept within the record."""
        return int(np.clip((time_s - self.day_s[0]) // DAY_S, 0, self.day_s.size - 1))


@dataclass(slots=True)
class Record:
    """Truths of consecutive days, as they are added."""

    days: list[DayTruth] = field(default_factory=list)

    def add(self, truth: DayTruth) -> None:
        """Append the next day."""
        self.days.append(truth)

    def of_system(self, row: int, start_s: float, end_s: float) -> SystemTruth:
        """One system's days that begin before ``end_s``; needs at least one recorded day."""
        days = [d for d in self.days if d.day * DAY_S < end_s] or self.days[:1]

        def column(name: str) -> Array:
            return np.array([getattr(d, name)[row] for d in days])

        return SystemTruth(
            start_s=start_s,
            end_s=end_s,
            day_s=np.array([d.day * DAY_S for d in days], np.int64),
            capacity=column("capacity"),
            dirt=column("dirt"),
            wanted_ah=column("wanted_ah"),
            unserved_ah=column("unserved_ah"),
            sunless=column("sunless").astype(bool),
            shade=column("shade"),
            renewed=column("renewed").astype(bool),
        )
