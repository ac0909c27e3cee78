"""Sample days of four kinds of homes, made once with RAMP and kept as a table beside this file."""

from functools import cache
from pathlib import Path

import numpy as np

from device_sim.arrays import Array
from device_sim.grid import STEPS_A_DAY

_FILE = Path(__file__).with_name("days.csv")


@cache
def sample_days() -> Array:
    """Use in quarter hours from local midnight, shape (archetypes, days, 96), a day's mean 1.

    Archetypes: lamps and a phone; with radio and night lamp; with television; with a fan as well.
    Raises ValueError when the file is torn.
    """
    rows = np.loadtxt(_FILE, delimiter=",", dtype=np.float32, ndmin=2)
    if rows.shape[1] != STEPS_A_DAY + 2:
        raise ValueError(f"{_FILE.name}: every line needs two numbers and {STEPS_A_DAY} shares")
    kinds = int(rows[:, 0].max()) + 1
    days = rows[:, 2:].reshape(kinds, -1, STEPS_A_DAY)
    return days / days.mean(axis=2, keepdims=True)
