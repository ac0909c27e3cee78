"""A panel without neighbours: its best clear hours of a fortnight against its best before."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, high_level, rolling_sum
from analytics.detectors.panel_days import HISTORY_DAYS
from analytics.indicators.table import IndicatorTable

FORTNIGHT = 14
ENOUGH_DAYS = 11
"""Days of a fortnight with a free hour near noon: with fewer, a battery that is full early leaves
only the cloudy days to look at [K]."""
CLEAN_QUANTILE, CLEAN_ENOUGH = 0.9, 10
GONE_CLEAR = 0.1
"""Below this share of a clear sky in its best hour the panel is away, or the day was black [K]."""
NIGHTS = 10
"""Nights in a row of which the loss is told: no wet fortnight lasts longer [K]."""


def loss_alone(table: IndicatorTable, day: int, rows: NDArray[np.intp]) -> Floats:
    """Loss of the clear-day envelope of some systems at the last ten nights, shape (rows, 10).

    NaN while too little is known.
    """
    best = table.window("panel_clear", day, HISTORY_DAYS)[rows]
    if best.shape[1] < FORTNIGHT + NIGHTS or not rows.size:
        return np.full((rows.size, NIGHTS), np.nan, np.float32)
    best = np.where(best > GONE_CLEAR, best, np.float32(np.nan))
    enough = rolling_sum(np.isfinite(best).astype(np.float32), FORTNIGHT) >= ENOUGH_DAYS
    envelope = np.where(enough, _best_of_fortnight(best), np.nan).astype(np.float32)
    envelope[:, : FORTNIGHT - 1] = np.nan
    level = envelope[:, -NIGHTS:] / high_level(envelope, CLEAN_QUANTILE, CLEAN_ENOUGH)
    # Weather lowers every panel of a place; one alone must bear it itself.
    place = np.ones(NIGHTS, np.float32)
    seen = np.isfinite(level).sum(axis=0) > 1
    place[seen] = np.fmin(np.nanmedian(level[:, seen], axis=0), 1.0)
    return (1.0 - level / place).astype(np.float32)


def _best_of_fortnight(best: Floats) -> Floats:
    """Largest of each day and the 13 before it, by doubling shifts: 1, 2, 4, 8, then 14."""
    found, reach = best.copy(), 1
    while reach < FORTNIGHT and reach < best.shape[1]:
        shift = min(reach, FORTNIGHT - reach)
        found[:, shift:] = np.fmax(found[:, shift:], found[:, :-shift].copy())
        reach += shift
    return found
