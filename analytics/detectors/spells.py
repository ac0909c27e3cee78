"""Spells of days: how long something has lasted at each day."""

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def length_so_far(flag: Flags) -> NDArray[np.int64]:
    """Days that each spell has lasted at each day, 0 outside; shape (systems, days)."""
    column = np.arange(flag.shape[1])
    since = np.maximum.accumulate(np.where(flag, -1, column), axis=1)
    return np.where(flag, column - since, 0)
