"""The probability of going dark because of the battery: for now by the system's age alone.

A placeholder, and called so: it knows nothing of the readings. Its one use is to have a forecast
for every system until a model that reads the indicators takes its place, and to be beaten by it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.table import IndicatorTable

HORIZONS_DAYS = (28, 56)
FAILED_WITHIN_8_WEEKS = 0.015
"""Share of a grown fleet's batteries that fail within 8 weeks, from 1,027 systems in the field."""
_GROWN_DAYS = 550.0
"""Middle of the ages at failure there, 401 to 686 days; younger ones fail in proportion [K]."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is foreseen for every system of a table, float32 of shape (systems,); NaN: unknown."""

    p_dark_4w: NDArray[np.float32]
    p_dark_8w: NDArray[np.float32]


def forecast(table: IndicatorTable, day: int) -> Forecast:
    """Probability of going dark within 28 and 56 days after column ``day``, by age alone."""
    today = table.days[day].toordinal()
    age = np.array([today - s.installed_on.toordinal() for s in table.systems], np.float32)
    hazard = FAILED_WITHIN_8_WEEKS * np.clip(age / _GROWN_DAYS, 0.0, 2.0) / HORIZONS_DAYS[1]
    four, eight = (1.0 - np.exp(-hazard * days) for days in HORIZONS_DAYS)
    return Forecast(four.astype(np.float32), eight.astype(np.float32))
