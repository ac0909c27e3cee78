"""Dust on panels: it settles every dry day, and rain washes most of it off."""

import numpy as np

from device_sim.arrays import Array

_MOST = 0.07
"""People wipe a panel before it loses more than this [K]."""
_WASH_MM = 6.0
"""Rain that takes about two thirds of the dust [K]."""


def next_dust(dust: Array, per_day: Array, rain_mm: Array) -> Array:
    """Share of light lost to loose dust after one more day, shape (systems,)."""
    left = np.exp(-rain_mm / np.float32(_WASH_MM))
    return np.minimum(dust * left + np.where(rain_mm < 1.0, per_day, 0.0), np.float32(_MOST))
