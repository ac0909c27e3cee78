"""What proves that a system works again: lit through two nights, and charged full."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable

NIGHTS = 2
EMPTY_V, EMPTY_LFP_V = 11.5, 12.3
"""Controllers cut the load at 11.1 V, lithium ones near 12.25 V (Renogy and EPEVER manuals); a
night that stayed above was not cut."""
FULL_V = 13.8
"""Lead-acid and lithium batteries alike get here only when nearly full (float 13.8 V) [V]."""
SEEN = 0.75
"""Share of the day's readings that must be there for it to prove anything [K]."""


def proved(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Whether the last two days prove each system at work, shape (systems,)."""
    nothing = np.zeros((len(table.systems), 0), np.float32)
    low, high = (
        table.window(name, day, NIGHTS) if name in table.values else nothing
        for name in ("battery_v_min", "battery_v_max")
    )
    if low.shape[1] < NIGHTS:
        return np.zeros(len(table.systems), bool)
    empty_v = np.where(facts_of(table.systems).lead, EMPTY_V, EMPTY_LFP_V)
    seen = table.window("coverage", day, NIGHTS) >= SEEN
    lit = seen & (low > empty_v)
    return np.asarray(lit.all(axis=1) & (high >= FULL_V).any(axis=1))
