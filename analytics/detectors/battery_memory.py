"""What of a long history a battery is held against: its recent months, and its oldest weeks."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats
from analytics.indicators.columns import LazyColumns
from analytics.indicators.table import IndicatorTable

RECENT_DAYS, OLDEST_DAYS = 120, 75
"""A battery wears over months: its oldest weeks say what it was, the time between says little and
would cost most [K]."""


def remembered(table: IndicatorTable, day: int) -> tuple[IndicatorTable, NDArray[np.intp]]:
    """The table of those days alone, and the columns of ``table`` they are.

    A shorter history is taken whole.
    """
    first = max(0, day + 1 - RECENT_DAYS)
    columns = np.arange(first, day + 1)
    if first:
        columns = np.concatenate([np.arange(min(first, OLDEST_DAYS)), columns])

    def some(name: str) -> Floats:
        return table[name][:, columns]

    kept = LazyColumns(table.values, some)
    days = tuple(table.days[column] for column in columns.tolist())
    part = IndicatorTable(table.systems, days, kept, table.village_code, table.gateway_code)
    return part, columns
