"""New batteries, noted by somebody or seen in the data: what was before counts no more."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_nights import Nights
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import count, or_zero
from analytics.indicators.table import IndicatorTable

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
    found = np.zeros(top.shape[0], np.intp)
    rows = np.flatnonzero(count(dead) >= DEAD_DAYS)
    if not rows.size or top.shape[1] < 2:
        return found
    dead, alive, dark = dead[rows], alive[rows], dark[rows]
    columns = np.arange(top.shape[1])
    many = np.cumsum(dead, axis=1, dtype=np.int32)
    last_alive = np.maximum.accumulate(np.where(alive, columns, 0), axis=1)
    known = np.maximum.accumulate(np.where(dead & np.isfinite(dark), columns, 0), axis=1)
    # Of each day: dead days since the last live one before it, and the last voltage among them.
    before = np.take_along_axis(many, last_alive[:, :-1], axis=1)
    run = many[:, :-1] - before
    level = np.take_along_axis(dark, known[:, :-1], axis=1)
    step = alive[:, 1:] & (run >= DEAD_DAYS) & (dark[:, 1:] - level > TOP_RISE_V)
    found[rows] = np.where(step, columns[1:], 0).max(axis=1, initial=0)
    return found


def swapped_by_depth(excess_v: Floats, seen: Nights, since: NDArray[np.intp]) -> NDArray[np.intp]:
    """The newest column at which nights stopped falling too deep from one to the next.

    ``excess_v`` (systems, days) is how far each night fell below the neighbours' curve. Returns
    ``since`` where there is no such step after it.
    """
    nights = excess_v.shape[1]
    columns = np.arange(nights, dtype=np.int16)
    # Nights that don't count go to the end, so that a gap between two that do is one step.
    skipped = np.array(~seen.counts | (columns < since[:, None]), order="C")
    place = np.sort(columns + skipped * np.int16(nights), axis=1).astype(np.intp)
    many = nights - np.count_nonzero(skipped, axis=1)
    told = _moved_together(excess_v, place, many)
    step, fall = _steps(told, many)
    rows = np.flatnonzero(step.any(axis=1))
    if not rows.size:
        return since
    newest = np.where(step[rows], columns, -1).max(axis=1)
    # Of the nights around a step the one with the largest fall is the swap.
    near = np.abs(columns - newest[:, None]) <= SIDE_NIGHTS // 2
    at = np.argmax(np.where(near & step[rows], fall[rows], -np.inf), axis=1)
    found = since.copy()
    found[rows] = place[rows, at]
    return found


def _moved_together(excess_v: Floats, place: NDArray[np.intp], many: NDArray[np.intp]) -> Floats:
    """The counted nights of each system side by side, zeros after them and around.

    Shape (systems, nights + 2 x 14).
    """
    nights = place.shape[1]
    first = np.arange(place.shape[0])[:, None] * nights
    values = np.array(excess_v, order="C").ravel().take(first + place, mode="clip")
    told = np.zeros((place.shape[0], nights + 2 * SIDE_NIGHTS), np.float32)
    told[:, SIDE_NIGHTS:-SIDE_NIGHTS] = or_zero(values, np.arange(nights) < many[:, None])
    return told


def _steps(told: Floats, many: NDArray[np.intp]) -> tuple[NDArray[np.bool_], Floats]:
    """Whether a swap lies before each counted night, and the fall of the four nights around it."""
    two = told[:, 1:] + told[:, :-1]
    four = two[:, 2:] + two[:, :-2]
    eight = four[:, 4:] + four[:, :-4]
    nights = told.shape[1] - 2 * SIDE_NIGHTS
    whole = eight[:, : nights + SIDE_NIGHTS] + four[:, 8 : 8 + nights + SIDE_NIGHTS]
    whole = whole + two[:, 12 : 12 + nights + SIDE_NIGHTS]
    column = np.arange(nights, dtype=np.float32)
    n_before, n_after = column, many[:, None].astype(np.float32) - column
    before = whole[:, :nights] / np.clip(n_before, 1, SIDE_NIGHTS)
    after = whole[:, SIDE_NIGHTS:] / np.clip(n_after, 1, SIDE_NIGHTS)
    close = slice(SIDE_NIGHTS - CLOSE_NIGHTS, SIDE_NIGHTS - CLOSE_NIGHTS + nights)
    close_before = four[:, close] / np.clip(n_before, 1, CLOSE_NIGHTS)
    close_after = four[:, SIDE_NIGHTS : SIDE_NIGHTS + nights] / np.clip(n_after, 1, CLOSE_NIGHTS)
    fall = close_before - close_after
    step = (before - after > STEP_DROP) & (after < NEW_FALL_V)
    step &= (fall > 0.7 * STEP_DROP) & (close_before > 0.6 * before)
    return step & (n_before >= ENOUGH_NIGHTS) & (n_after >= ENOUGH_NIGHTS), fall.astype(np.float32)
