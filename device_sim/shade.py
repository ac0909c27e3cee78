"""Shadows of things that stand beside a panel: trees and walls between it and the low sun."""

import numpy as np

from device_sim.arrays import Array

_SOFT_DEG = 4.0
"""A tree's outline is ragged: the shadow deepens over so many degrees [K]."""
_CLEAR_BEAM_SHARE = 0.8
"""Beam's share of the clear sky's energy on a panel [K]."""


def blocked_share(direction: Array, obstacle: Array) -> Array:
    """Share of the beam that is held back, shape (systems, steps).

    ``direction`` (3, systems, steps) is up, north, east; ``obstacle`` (systems, 4) as in Levers.
    """
    toward, half_width, height, share = (obstacle[:, i][:, None] for i in range(4))
    elevation = np.degrees(np.arcsin(np.clip(direction[0], -1.0, 1.0)))
    azimuth = np.degrees(np.arctan2(direction[2], direction[1]))
    aside = np.abs((azimuth - toward + 180.0) % 360.0 - 180.0)
    behind = np.clip((height - elevation) / _SOFT_DEG + 0.5, 0.0, 1.0)
    return (np.where((aside < half_width) & (elevation > 0), behind, 0.0) * share).astype(
        np.float32
    )


def clear_sky_loss(direction: Array, blocked: Array) -> Array:
    """Share of a clear day's energy that the obstacle takes, shape (systems,).

    The clear sky goes with the sine of the sun's height to the power 1.15 (Adnot et al. 1979).
    """
    weight = np.maximum(direction[0], 0.0) ** 1.15
    total = np.maximum(weight.sum(axis=1), 1e-6)
    return (_CLEAR_BEAM_SHARE * (weight * blocked).sum(axis=1) / total).astype(np.float32)
