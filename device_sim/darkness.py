"""When a battery left its home dark: what ``dark_from`` on the answer sheet means."""

import numpy as np
from numpy.typing import NDArray

from device_sim.truth import SystemTruth

WORN_TO_DARK = 0.75
"""A battery with less than this share of its rating can be to blame for darkness."""
_SHARE = 0.20
_DAYS = 7


def first_dark_day(truth: SystemTruth, to_blame: NDArray[np.bool_], days: int) -> int | None:
    """First day whose week lost over a fifth of its energy because of the battery, not the sun.

    ``to_blame`` (days,) says when the battery is at fault; only the first ``days`` days count.
    """
    week = np.ones(_DAYS)
    battery = to_blame & ~truth.sunless
    lost = np.convolve(np.where(battery, truth.unserved_ah, 0.0), week)[: truth.day_s.size]
    wanted = np.convolve(truth.wanted_ah, week)[: truth.day_s.size]
    dark = (lost > _SHARE * np.maximum(wanted, 1e-6)) & (np.arange(truth.day_s.size) >= _DAYS - 1)
    found = np.flatnonzero(dark[:days])
    return int(found[0]) if found.size else None
