"""New batteries, noted by somebody or seen in the data: what was before counts no more."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_nights import Nights
from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable

Values = NDArray[np.floating]

SIDE_NIGHTS = 14
CLOSE_NIGHTS, ENOUGH_NIGHTS = 4, 5
STEP_DROP = 0.11
"""Volts by which a night's fall becomes smaller at once, at the same use: half of what a battery
at 60 % falls more than a new one in a usual night, and three times what weather does [K]."""
NEW_FALL_V = 0.07
"""A new battery falls as the neighbours' curve says, give or take an acid and a meter [K]."""
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
    if not dead.any() or top.shape[1] < 2:
        return np.zeros(top.shape[0], np.intp)
    columns = np.arange(top.shape[1])
    many = np.cumsum(dead, axis=1, dtype=np.int32)
    last_alive = np.maximum.accumulate(np.where(alive, columns, 0), axis=1)
    known = np.maximum.accumulate(np.where(dead & np.isfinite(dark), columns, 0), axis=1)
    # Of each day: dead days since the last live one before it, and the last voltage among them.
    before = np.take_along_axis(many, last_alive[:, :-1], axis=1)
    run = many[:, :-1] - before
    level = np.take_along_axis(dark, known[:, :-1], axis=1)
    step = alive[:, 1:] & (run >= DEAD_DAYS) & (dark[:, 1:] - level > TOP_RISE_V)
    return np.where(step, columns[1:], 0).max(axis=1, initial=0)


def swapped_by_depth(excess_v: Floats, seen: Nights, since: NDArray[np.intp]) -> NDArray[np.intp]:
    """The newest column at which nights stopped falling too deep from one to the next.

    ``excess_v`` (systems, days) is how far each night fell below the neighbours' curve. Returns
    ``since`` where there is no such step after it.
    """
    columns = np.arange(excess_v.shape[1])
    counts = seen.counts & (columns >= since[:, None])
    # Counted nights moved together: a gap between two of them is one step.
    place = np.argsort(~counts, axis=1, kind="stable")
    many = counts.sum(axis=1, keepdims=True)
    told = columns < many
    total = np.where(told, np.take_along_axis(excess_v, place, axis=1), np.float32(0.0))
    total = np.cumsum(total, axis=1, dtype=np.float32)
    before, n_before = _window(total, many, -SIDE_NIGHTS)
    after, n_after = _window(total, many, SIDE_NIGHTS)
    close_before, _ = _window(total, many, -CLOSE_NIGHTS)
    close_after, _ = _window(total, many, CLOSE_NIGHTS)
    step = (before - after > STEP_DROP) & (after < NEW_FALL_V)
    step &= (close_before - close_after > 0.7 * STEP_DROP) & (close_before > 0.6 * before)
    step &= np.minimum(n_before, n_after) >= ENOUGH_NIGHTS
    newest = np.where(step, columns, -1).max(axis=1, initial=-1)
    # Of the nights around a step the one with the largest fall is the swap.
    near = np.abs(columns - newest[:, None]) <= SIDE_NIGHTS // 2
    size = np.where(near & step, close_before - close_after, -np.inf)
    swap = np.take_along_axis(place, np.argmax(size, axis=1)[:, None], axis=1)[:, 0]
    return np.where(newest >= 0, swap, since).astype(np.intp)


def _window(total: Values, many: NDArray[np.intp], length: int) -> tuple[Values, Values]:
    """Mean and count of the nights before each one (length < 0) or from it on."""
    nights = np.arange(total.shape[1])
    lo, hi = (nights + length, nights) if length < 0 else (nights, nights + length)
    total = np.hstack([np.zeros((total.shape[0], 1), total.dtype), total])
    lo, hi = np.maximum(lo, 0), np.minimum(hi, nights.size)
    count = np.clip(np.minimum(hi, many) - np.minimum(lo, many), 0, None)
    return (total[:, hi] - total[:, lo]) / np.maximum(count, 1), count
