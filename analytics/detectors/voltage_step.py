"""A battery voltmeter that is off from one day on: charging limit and mornings moved alike.

The controller ends every charge at the same voltage, and how low the battery stands at dawn is the
battery's and its users' doing. A setting moves only the first, a battery or a family only the
second. When both move by the same amount and stay there, it is the meter.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, high_level
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable

DAYS, SEEN_DAYS = 6, 5
AGO_DAYS, PAST_DAYS, ENOUGH_PAST = 9, 400, 8
"""What is usual is the median of all that is known, so that a mended meter is no new step."""
EVERY = 3
"""Every third day is enough for a median."""
STEP_V = (0.3, 1.3)
"""More than settings are changed by in the field, less than one dead cell (2 V) takes [K]."""
ALIKE_V = 0.15
STEADY_V = 0.2
"""The day's highest voltage is the charger's limit only where it is nearly the same every day;
lithium packs end their charge where they like [K]."""
NOW_RANGE, PAST_RANGE = (0.2, 1.0), (0.25, 0.75)
"""All of the last days but one; the middle half of earlier ones: rainy weeks do not count."""


def voltage_step(table: IndicatorTable, day: int) -> tuple[NDArray[np.bool_], Floats]:
    """Where the voltmeter is off by a lasting step, and the step [V of 12 V], both (systems,)."""
    now = [table.window(name, day, DAYS) for name in ("battery_v_max", "dawn_v")]
    asked = facts_of(table.systems).lead[:, 0] & (_spread(now[0], SEEN_DAYS, NOW_RANGE) < STEADY_V)
    steps = np.full((2, asked.size), np.nan, np.float32)
    rows = np.flatnonzero(asked)
    past = slice(max(0, day - PAST_DAYS), max(0, day - AGO_DAYS), EVERY)
    if not rows.size:
        return asked, steps[0]
    before = [table[name][rows, past] for name in ("battery_v_max", "dawn_v")]
    for k in range(2):
        usual = high_level(before[k], 0.5, ENOUGH_PAST)[:, 0]
        steps[k, rows] = high_level(now[k][rows], 0.5, SEEN_DAYS - 1)[:, 0] - usual
    steady = np.zeros_like(asked)
    steady[rows] = _spread(before[0], ENOUGH_PAST, PAST_RANGE) < STEADY_V
    size = np.abs(steps)
    found = (size > STEP_V[0]).all(axis=0) & (size < STEP_V[1]).all(axis=0)
    return found & steady & (np.abs(steps[0] - steps[1]) < ALIKE_V), steps[0]


def _spread(values: Floats, enough: int, quantiles: tuple[float, float]) -> Floats:
    """Distance of two quantiles of each row; NaN below ``enough`` values."""
    low, high = (high_level(values, quantile, enough)[:, 0] for quantile in quantiles)
    return high - low
