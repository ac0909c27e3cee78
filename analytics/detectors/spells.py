"""Spells of days that end by themselves: how long they last where nothing is broken.

Families travel, links drop, and both come to an end. How often and how long differs from village to
village, so it is learnt from the spells that have ended, of all systems of the table.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]

DAYS_A_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells that ended: their lengths in days, and how many there are in a system's year."""

    lengths: NDArray[np.int64]
    system_years: float

    @property
    def a_year(self) -> float:
        """Spells for a system and year; 0 when nothing was seen."""
        return self.lengths.size / self.system_years if self.system_years else 0.0

    def long(self, quantile: float) -> float:
        """The given quantile of their lengths, 0 without any."""
        return float(np.quantile(self.lengths, quantile)) if self.lengths.size else 0.0


def length_so_far(flag: Flags) -> NDArray[np.int64]:
    """Days that each spell has lasted at each day, 0 outside; shape (systems, days)."""
    column = np.arange(flag.shape[1])
    since = np.maximum.accumulate(np.where(flag, -1, column), axis=1)
    return np.where(flag, column - since, 0)


def ended_spells(flag: Flags, known: Flags, shortest: int, longest: int) -> Spells:
    """Spells of ``flag`` of so many days that ended within the days given.

    ``known`` (systems, days) counts the time that was looked at. A spell that goes on is none yet.
    """
    lengths = length_so_far(flag)
    ends = np.zeros_like(flag)
    ends[:, :-1] = flag[:, :-1] & ~flag[:, 1:]
    found = lengths[ends]
    found = found[(found >= shortest) & (found <= longest)]
    return Spells(found, float(np.count_nonzero(known)) / DAYS_A_YEAR)
