"""Whose forecast is due tonight: a seventh of the villages, and those where something happened.

A forecast looks four and eight weeks ahead; what it weighs are means of weeks. It is made once a
week, each village on a weekday of its own, which its name decides: neighbours stand beside each
other as ever, and who arrived first changes nothing. Tickets do not wait for it.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_break import broken
from analytics.detectors.battery_emptied import ran_empty
from analytics.indicators.table import IndicatorTable
from analytics.prognosis.forecast import forecast, too_few
from analytics.prognosis.system_forecast import SystemForecast, system_forecasts

WEEK = 7
EVERYBODY = frozenset(range(WEEK))
"""The turns of a night on which all are foreseen."""


def turn_of(village: str) -> int:
    """The night of the week, 0 to 6, on which a village is foreseen."""
    return crc32(village.encode()) % WEEK


def due(table: IndicatorTable, day: int, turns: frozenset[int]) -> NDArray[np.intp]:
    """The rows of all villages whose turn it is, or where somebody's battery tells of a change."""
    codes, first = np.unique(table.village_code, return_index=True)
    mine = [turn_of(table.systems[row].village) in turns for row in first.tolist()]
    if not all(mine):
        mine |= np.isin(codes, table.village_code[_changed(table, day)])
    return np.flatnonzero(np.isin(table.village_code, codes[mine]))


def looked_ahead(
    table: IndicatorTable, day: int, as_of_s: float, turns: frozenset[int]
) -> list[SystemForecast]:
    """The forecasts that are due as of column ``day``."""
    rows = due(table, day, turns)
    if not rows.size:
        return []
    part = table if rows.size == len(table.systems) else table.among(rows)
    return system_forecasts(forecast(part, day), [s.code for s in part.systems], as_of_s)


def _changed(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Whose battery ran empty after a good week, broke, was replaced, or is heard enough now."""
    with np.errstate(invalid="ignore", divide="ignore"):
        empty = ran_empty(table, day, WEEK + 1)
        changed = empty[:, -1] & ~empty[:, :-1].any(axis=1)
        changed |= broken(table, day).any
    if day:
        changed |= too_few(table, day) != too_few(table, day - 1)
    noted = table.values.get("event_battery_replaced")
    if noted is not None:
        changed |= (noted[:, max(0, day - 1) : day + 1] > 0).any(axis=1)
    return changed
