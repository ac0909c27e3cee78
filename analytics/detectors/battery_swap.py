"""New batteries, noted by somebody or seen in the data: what was before counts no more."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_nights import Nights
from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable

Values = NDArray[np.floating]

SIDE_NIGHTS = 14
ENOUGH_NIGHTS = 5
STEP_DROP = 0.11
"""Volts by which a night's fall becomes smaller at once, at the same use: half of what a battery
at 60 % falls more than a new one in a usual night, and three times what weather does [K]."""
NEW_FALL_V = 0.07
"""A new battery falls as the neighbours' curve says, give or take an acid and a meter [K]."""
STEP_SPREADS = 4.0
DEAD_TOP_V, ALIVE_TOP_V = 13.3, 13.7
"""Day's highest voltage of a pack with a shorted cell, and of one that is charged again."""
DEAD_DAYS, TOP_RISE_V = 7, 0.8


def since_swap(table: IndicatorTable, day: int) -> NDArray[np.intp]:
    """Column of the first day whose night the present battery bore, shape (systems,); 0 if none.

    From ``event_battery_replaced`` where it was noted by then. Days of a swap themselves are left
    out: the morning saw the old battery.
    """
    last = np.zeros(len(table.systems), np.intp)
    noted = table.values.get("event_battery_replaced")
    if noted is not None:
        columns = np.arange(day + 1)
        hit = np.nan_to_num(noted[:, : day + 1]) > 0
        last = np.where(hit, columns + 1, 0).max(axis=1, initial=0)
    return np.maximum(last, _revived(table, day))


def _revived(table: IndicatorTable, day: int) -> NDArray[np.intp]:
    """Packs that could not be charged for a week, and then at once could: another battery."""
    top = table["battery_v_max"][:, : day + 1]
    dark = table["dawn_v"][:, : day + 1]
    dead = (top < DEAD_TOP_V) & (table["sun_net_ah"][:, : day + 1] > 0)
    alive = top >= ALIVE_TOP_V
    run = np.zeros(top.shape[0], np.intp)
    level = np.zeros(top.shape[0], np.float32)
    found = np.zeros(top.shape[0], np.intp)
    for column in range(top.shape[1]):
        now = dark[:, column]
        step = alive[:, column] & (run >= DEAD_DAYS) & (now - level > TOP_RISE_V)
        found = np.where(step, column, found)
        run = np.where(dead[:, column], run + 1, np.where(alive[:, column], 0, run))
        level = np.where(dead[:, column] & np.isfinite(now), now, level)
    return found


def swapped_by_depth(
    excess_v: Floats, seen: Nights, since: NDArray[np.intp], scatter_v: float
) -> NDArray[np.intp]:
    """The newest column at which nights stopped falling too deep from one to the next.

    ``excess_v`` (systems, days) is how far each night fell below the neighbours' curve. Returns
    ``since`` where there is no such step after it.
    """
    columns = np.arange(excess_v.shape[1])
    counts = seen.counts & (columns >= since[:, None])
    total = np.cumsum(np.where(counts, excess_v, 0.0), axis=1)
    many = np.cumsum(counts, axis=1).astype(np.float32)
    before, n_before = _window(total, many, -SIDE_NIGHTS)
    after, n_after = _window(total, many, SIDE_NIGHTS)
    close_before, k_before = _window(total, many, -4)
    close_after, k_after = _window(total, many, 4)
    need = max(STEP_DROP, STEP_SPREADS * scatter_v)
    step = (before - after > need) & (after < NEW_FALL_V)
    step &= (close_before - close_after > 0.7 * need) & (close_before > 0.6 * before)
    step &= np.minimum(n_before, n_after) >= ENOUGH_NIGHTS
    step &= np.minimum(k_before, k_after) >= 2
    newest = np.where(step, columns, -1).max(axis=1, initial=-1)
    # Of the columns around a step the one with the largest fall is the swap.
    near = np.abs(columns - newest[:, None]) <= SIDE_NIGHTS // 2
    size = np.where(near & step, close_before - close_after, -np.inf)
    return np.where(newest >= 0, np.argmax(size, axis=1), since).astype(np.intp)


def _window(total: Values, many: Values, length: int) -> tuple[Values, Values]:
    """Mean and count of the days before a column (length < 0) or from it on."""
    columns = np.arange(total.shape[1])
    lo, hi = (columns + length, columns) if length < 0 else (columns, columns + length)
    pad = np.zeros((total.shape[0], 1), total.dtype)
    total, many = np.hstack([pad, total]), np.hstack([pad, many])
    lo, hi = (np.clip(c, 0, columns.size) for c in (lo, hi))
    count = many[:, hi] - many[:, lo]
    return (total[:, hi] - total[:, lo]) / np.maximum(count, 1), count
