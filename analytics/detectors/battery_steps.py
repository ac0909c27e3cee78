"""A battery's apparent resistance from pooled load steps (B1)."""

import numpy as np

from analytics.detectors.history import Floats
from analytics.indicators.day_view import facts_of
from analytics.indicators.masked import known_or_zero, sums
from analytics.indicators.table import IndicatorTable

POOL_NIGHTS = 30
ENOUGH_STEPS_AA = 0.4
"""Sum of squared load steps in the pool, A2: ten of the smallest that count."""
MOST_OHM_AH = 12.0
"""Apparent resistance x rated capacity: new lead-acid with its wiring has 2-6, worn 2-3 times as
much (0.3-0.8 ohm seen at 15 min on small batteries); above is something else [K]."""
USUAL_OHM_AH = (3.0, 1.5)
"""What a battery with its wiring resists where no step tells (lead-acid, lithium): a street light
burns evenly all night, and even through dawn [K]."""
LEAST_OF_USUAL = 0.5
"""Less than half the usual is a pool of steps that were none [K]."""


def assumed_ohm(table: IndicatorTable, day: int) -> Floats:
    """Resistance [ohm] by steps, or what such batteries usually have; never missing, (systems,)."""
    facts = facts_of(table.systems)
    usual = np.where(facts.lead, *USUAL_OHM_AH)[:, 0] / facts.battery_ah[:, 0]
    found = resistance_ohm(table, day)
    known = np.isfinite(found)
    ohm = np.where(known, np.maximum(found, LEAST_OF_USUAL * usual), usual)
    return ohm.astype(np.float32)


def resistance_ohm(table: IndicatorTable, day: int, length: int = POOL_NIGHTS) -> Floats:
    """Apparent resistance [ohm] over the last nights, shape (systems,); NaN without load steps."""
    va, aa = (sums(known_or_zero(table.window(n, day, length))) for n in ("step_va", "step_aa"))
    rated = facts_of(table.systems).battery_ah[:, 0]
    enough = (aa > ENOUGH_STEPS_AA) & (va > 0)
    found = np.minimum(va / np.maximum(aa, ENOUGH_STEPS_AA), MOST_OHM_AH / rated)
    return np.where(enough, found, np.nan).astype(np.float32)
