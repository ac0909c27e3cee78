"""A stretch of time on a page: where moments stand on the drawing, nights, and the axis below."""

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from collector.domain.block import READING_INTERVAL_S
from collector.domain.clock import DAY_S, day_start_s, local_day

WIDTH = 600
NIGHT_FROM_H, NIGHT_TO_H = 18, 6
"""Near the equator the sun sets and rises about then all year round."""
HOUR_S = 3600
CELL_S = {1: READING_INTERVAL_S, 7: HOUR_S, 30: 4 * HOUR_S}
"""How finely one, seven and thirty days are drawn and listed."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in a village's zone, and how finely it is drawn."""

    start_s: int
    end_s: int
    cell_s: int
    timezone: str

    def x(self, time_s: NDArray[np.int64]) -> NDArray[np.float64]:
        """Horizontal places of moments, 0..WIDTH."""
        share = (time_s - self.start_s) / (self.end_s - self.start_s)
        return share.astype(np.float64) * WIDTH

    def nights(self) -> list[tuple[int, int]]:
        """(place, width) of every night, cut off at the window's edges."""
        found = []
        day = local_day(self.start_s, self.timezone) - timedelta(days=1)
        while (midnight := day_start_s(day, self.timezone)) < self.end_s:
            dusk = max(midnight + NIGHT_FROM_H * HOUR_S, self.start_s)
            dawn = min(midnight + DAY_S + NIGHT_TO_H * HOUR_S, self.end_s)
            if dusk < dawn:
                left, right = self.x(np.array([dusk, dawn]))
                found.append((round(left), round(right) - round(left)))
            day += timedelta(days=1)
        return found

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end_s - self.start_s) // DAY_S

    def ticks_s(self) -> list[int]:
        """The moments written below: five over one day, every day of seven, every sixth of more."""
        if self.days <= 1:
            return [self.start_s + i * DAY_S // 4 for i in range(5)]
        return [self.start_s + i * DAY_S for i in range(0, self.days, 1 if self.days <= 7 else 6)]


def window(days: int, now_s: float, timezone: str) -> Window:
    """One day: the last 24 hours up to the next full hour. More: whole local days up to today.

    ``days`` must be a key of ``CELL_S``.
    """
    if days == 1:
        end_s = math.ceil(now_s / HOUR_S) * HOUR_S
        return Window(end_s - DAY_S, end_s, CELL_S[days], timezone)
    today = local_day(now_s, timezone)
    start_s = day_start_s(today - timedelta(days=days - 1), timezone)
    end_s = day_start_s(today + timedelta(days=1), timezone)
    return Window(start_s, end_s, CELL_S[days], timezone)
