"""Nights that fall much deeper from one to the next, at the same use: a cell or a strap less."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import Floats
from analytics.indicators.masked import count

Flags = NDArray[np.bool_]

STEP_V, APART_V = 0.12, 0.08
"""Growth of the mean fall, and by how much every night since lies below all of those before [K]."""
AT_ONCE = 0.75
"""Share of the growth that lies between the three nights before and the three after: wear spreads
it over weeks."""
SOUND_EXCESS_V = 0.06
STEADY_USE = (0.6, 1.7)
STEP_DAYS = 50
SIDE_NIGHTS, OLDEST_NIGHTS = 4, 15
"""The step lies so many counted nights back; twice as many before it say what was usual [K]."""
EDGE_NIGHTS = 3
OLDER_NIGHTS, SAME_V = 5, 0.03
"""So many still older nights that fell as far say that it was so before: a voltmeter that stood
high for a while was mended [K]."""


def fell_at_once(excess: Floats, used: Floats) -> Flags:
    """Whether the nights' fall grew at once and stayed, at a use that did not fall; (systems,).

    ``excess`` (systems, days) is how far each night fell below the neighbours' curve, NaN where
    that is not known; ``used`` the share of the rated capacity that it used.
    """
    newest = _newest_counted(excess)
    found = np.zeros(excess.shape[0], bool)
    rows = np.flatnonzero(_apart_at_all(np.take_along_axis(excess, newest, axis=1), newest))
    if not rows.size:
        return found
    column = newest[rows].T
    night, use = (np.take_along_axis(v[rows], newest[rows], axis=1).T for v in (excess, used))
    for age in range(SIDE_NIGHTS, OLDEST_NIGHTS + 1):
        # Those since the step are deep, those before it are not.
        since, before = slice(-age, None), slice(-age - 2 * SIDE_NIGHTS, -age)
        whole = column[before.start] >= 0
        low, high = night[since].min(axis=0), night[before].max(axis=0)
        grown = night[since].mean(axis=0) - night[before].mean(axis=0)
        edge = night[-age:][:EDGE_NIGHTS].mean(axis=0) - night[before][-EDGE_NIGHTS:].mean(axis=0)
        sharp = (grown > STEP_V) & (edge > AT_ONCE * grown)
        sharp &= (low - high > APART_V) & (high < SOUND_EXCESS_V)
        # What happened while nobody looked need not have happened at once.
        sharp &= column[-age] - column[-age - 1] <= EDGE_NIGHTS
        ratio = use[since].mean(axis=0) / np.maximum(use[before].mean(axis=0), np.float32(1e-3))
        sharp &= (ratio > STEADY_USE[0]) & (ratio < STEADY_USE[1]) & whole
        if sharp.any():
            sharp &= ~_was_so(excess[rows], column[before.start], night[since].mean(axis=0))
        found[rows[sharp]] = True
    return found


def _was_so(excess: Floats, column: NDArray[np.intp], level: Floats) -> Flags:
    """Whether enough nights before a column of each system had fallen as far, shape (systems,)."""
    before = np.arange(excess.shape[1]) < column[:, None]
    return count(before & (excess > level[:, None] - SAME_V)) >= OLDER_NIGHTS


def _newest_counted(excess: Floats) -> NDArray[np.intp]:
    """Columns of the newest nights that count, oldest first; negative where there are no more.

    Shape (systems, as many as the oldest step needs).
    """
    days, many = excess.shape[1], OLDEST_NIGHTS + 2 * SIDE_NIGHTS
    columns = np.arange(days, dtype=np.int16)
    unknown = np.isnan(np.array(excess, order="C"))
    ordered = np.sort(columns - unknown * np.int16(days), axis=1)[:, -many:]
    room = np.full((excess.shape[0], many), -days, np.intp)
    room[:, many - ordered.shape[1] :] = ordered
    return room


def _apart_at_all(night: Floats, column: NDArray[np.intp]) -> Flags:
    """Whether the last four nights lie below any other night by as much as a step asks for."""
    told = np.where(column >= 0, night, np.float32(np.inf))
    low = told[:, -SIDE_NIGHTS:].min(axis=1)
    return (column[:, -3 * SIDE_NIGHTS] >= 0) & (low > told.min(axis=1) + APART_V)
