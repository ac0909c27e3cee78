"""How deep a full battery falls for what it gave: the curve that the neighbours draw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PRIOR_FULL_V, PRIOR_SLOPE_V = 12.7, 1.1
"""Lead-acid rested: 12.70 V full, 11.58 V at 20 % (Renogy manual), 1.0-1.3 V for all of it."""
SLOPE_V = (0.7, 1.8)
ENOUGH_SYSTEMS = 6
TRIMS = 4
SHRINK_SYSTEMS = 4


@dataclass(frozen=True, slots=True)
class DepthCurve:
    """Dawn voltage after a full day = ``full_v`` - ``slope_v`` x (Ah used / rated Ah)."""

    full_v: float
    slope_v: float
    spread_v: float
    """Robust spread of the systems around the curve, V."""
    systems: int

    def depth(self, dawn_v: Floats) -> Floats:
        """Share of the capacity that neighbours have used when they stand at ``dawn_v``."""
        return ((self.full_v - dawn_v) / self.slope_v).astype(np.float32)

    def shift_by_kind(self, depth: Floats, dawn_v: Floats, kind: Floats) -> Floats:
        """Volts by which systems of one kind (rated Ah) lie off the curve together, per system.

        A small battery stands lower at the same share: the controller's own use, the sensor's
        steps. Few of a kind are drawn towards no shift.
        """
        residual = dawn_v - (self.full_v - self.slope_v * depth)
        shift = np.zeros(depth.shape, np.float32)
        for value in np.unique(kind):
            mine = kind == value
            known = residual[mine & np.isfinite(residual)]
            if known.size:
                shift[mine] = np.median(known) * known.size / (known.size + SHRINK_SYSTEMS)
        return shift


def depth_curve(depth: Floats, dawn_v: Floats) -> DepthCurve:
    """Fit the curve through systems' mean points by least squares, trimming low outliers.

    ``depth`` and ``dawn_v`` have shape (systems,), NaN = not usable. With fewer than six systems
    the prior of the data sheets stands. Degraded batteries lie below the curve, so the low side is
    trimmed harder than the high one.
    """
    valid = np.isfinite(depth) & np.isfinite(dawn_v)
    if np.count_nonzero(valid) < ENOUGH_SYSTEMS:
        return DepthCurve(PRIOR_FULL_V, PRIOR_SLOPE_V, 0.1, 0)
    x, y = depth[valid].astype(np.float64), dawn_v[valid].astype(np.float64)
    keep = np.ones(x.size, bool)
    full, slope, spread = PRIOR_FULL_V, PRIOR_SLOPE_V, 0.1
    for _ in range(TRIMS):
        full, slope = _line(x[keep], y[keep])
        residual = y - (full - slope * x)
        spread = 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
        wide = max(spread, 0.015)
        keep = (residual > -1.5 * wide) & (residual < 3.0 * wide)
    return DepthCurve(full, slope, spread, x.size)


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Least squares with the slope kept to what lead-acid can do; steady when all use alike."""
    centred = x - x.mean()
    # A little of the prior, worth some points a tenth of the capacity apart.
    weight = 4 * 0.1**2
    slope = (weight * PRIOR_SLOPE_V - float(centred @ y)) / (weight + float(centred @ centred))
    slope = min(max(slope, SLOPE_V[0]), SLOPE_V[1])
    return float(np.median(y + slope * x)), slope
