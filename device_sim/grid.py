"""The simulator's time grid: quarter hours, worked through one UTC day at a time."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S

STEP_S = 900
STEP_H = STEP_S / 3600.0
STEPS_A_DAY = DAY_S // STEP_S


def day_of(time_s: float) -> int:
    """Number of the UTC day since 1970."""
    return int(time_s // DAY_S)


def ticks_of(day: int) -> NDArray[np.int64]:
    """Numbers since 1970 of the quarter hours of a UTC day, shape (96,)."""
    return day * STEPS_A_DAY + np.arange(STEPS_A_DAY, dtype=np.int64)


def times_of(day: int) -> NDArray[np.int64]:
    """UTC seconds at which each quarter hour of a day begins, shape (96,)."""
    return ticks_of(day) * STEP_S
