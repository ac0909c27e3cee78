"""Street lights: which evenings may be compared, and what each lamp usually draws.

For tables of street lights alone (see ``street_lights_only``).
"""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, high_level, peers_median
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable

EVENING_V = (12.6, 13.0)
"""Lead-acid, lithium. With this at dusk no controller holds the load off: reconnect is 12.6 V
(controller manuals)."""
DAY_V = 13.4
"""Reached on the day before dusk: above any reconnect voltage, and no reason to save light [K]."""
LIT_A = 0.1
"""A lamp draws more than this [K]."""
USUAL_QUANTILE = 0.75
ENOUGH_EVENINGS = 3

Flags = NDArray[np.bool_]


def charged(table: IndicatorTable, day: int, length: int) -> Flags:
    """Evenings that began with a charged battery, shape (systems, up to ``length`` days)."""
    dusk = np.where(facts_of(table.systems).lead, *EVENING_V)
    by_day = table.window("battery_v_max", day, length) >= DAY_V
    return by_day & (table.window("lamp_v", day, length) >= dusk)


def usual_current(table: IndicatorTable, day: int, newest: int, days: int = 400) -> Floats:
    """Evening current [A] of a lamp in order, shape (systems, 1); NaN without enough evenings.

    Of so many days at most, and without the ``newest`` of them.
    """
    span = slice(max(0, day + 1 - days), max(0, day + 1 - newest))
    before = table["lamp_a"][:, span]
    same = since_repair(table, day)[:, span]
    lit = np.where(same & (before > LIT_A), before, np.float32(np.nan))
    return high_level(lit, USUAL_QUANTILE, ENOUGH_EVENINGS)


def since_repair(table: IndicatorTable, day: int) -> Flags:
    """Days after the last repair that people told of: a new lamp may be another lamp."""
    told = table.values.get("event_repaired")
    if told is None:
        return np.ones((len(table.systems), day + 1), bool)
    later = np.cumsum(np.nan_to_num(told[:, day::-1]) > 0, axis=1)[:, ::-1]
    return later == 0


def of_neighbours(table: IndicatorTable, values: Floats) -> Floats:
    """Median of the other street lights of the village, shape (systems,); NaN below two."""
    return peers_median(values.astype(np.float32), table.village_code, enough=2)
