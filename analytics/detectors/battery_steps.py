"""A battery's apparent resistance from pooled load steps (B1)."""

import numpy as np

from analytics.detectors.history import Floats
from analytics.indicators.table import IndicatorTable

POOL_NIGHTS = 30
ENOUGH_STEPS_AA = 0.4
"""Sum of squared load steps in the pool, A2: ten of the smallest that count."""
MOST_OHM_AH = 12.0
"""Apparent resistance x rated capacity: new lead-acid with its wiring has 2-6, worn 2-3 times as
much (0.3-0.8 ohm seen at 15 min on small batteries); above is something else [K]."""


def resistance_ohm(table: IndicatorTable, day: int, length: int = POOL_NIGHTS) -> Floats:
    """Apparent resistance [ohm] over the last nights, shape (systems,); NaN without load steps."""
    va, aa = (np.nansum(table.window(name, day, length), axis=1) for name in ("step_va", "step_aa"))
    rated = np.array([max(s.battery_ah, 1.0) for s in table.systems], np.float32)
    enough = (aa > ENOUGH_STEPS_AA) & (va > 0)
    found = np.minimum(va / np.maximum(aa, ENOUGH_STEPS_AA), MOST_OHM_AH / rated)
    return np.where(enough, found, np.nan).astype(np.float32)
