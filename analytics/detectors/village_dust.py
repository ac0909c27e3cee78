"""Dust over a whole village, which no comparison of neighbours shows: villages are compared.

The best free hour of a day near noon, beside the clear sky that the sun's height gives, is the
sky's brightness times the panels' cleanness. On the clear days of a fortnight it is the panels'
alone, but for haze, season and the tilt of the roofs; and those the villages around share.
"""

import numpy as np

from analytics.detectors.history import Floats, high_level
from analytics.indicators.table import IndicatorTable

FORTNIGHT, CLEAR_DAYS = 14, 5
"""A fortnight's clear days are its best ones, so many [K]."""
ALIKE = 0.85
"""The least bright of them, of the brightest: on fewer clear days than that nothing is said [K]."""
ENOUGH_DAYS, ENOUGH_SYSTEMS = 7, 3
"""Days of a fortnight with a free hour near noon in so many systems."""
SET_LOSS = 0.045
"""Less light than the villages around, against the months before. Cleaning pays from some 12 % of
a panel on; the envelope, made of the panels that are still free at noon, tells about half [K]."""
LATELY = (0, 7, 14)
"""Fortnights that must all have lost it, by the days since their end: haze and a wet spell of one
village are over by then [K]."""
BEFORE = (35, 49, 63, 77, 91, 105, 119)
ENOUGH_BEFORE = 3
OTHER_VILLAGES = 4
"""Villages to compare with: their middle is the region's sky and season."""
USUAL_QUANTILE, USUAL_DAYS = 0.75, 20
GONE_CLEAR = 0.1
"""Below this share of a clear sky in its best hour the panel is away, or the day was black [K]."""


def village_dust(table: IndicatorTable, day: int) -> Floats:
    """Share of light that each system's village lost, shape (systems,); 0 where it is clean.

    The least of three fortnights; 0 too where too little is known.
    """
    lost = np.zeros(len(table.systems), np.float32)
    best = table.window("panel_clear", day, FORTNIGHT + BEFORE[-1])
    codes, village = np.unique(table.village_code, return_inverse=True)
    if best.shape[1] < FORTNIGHT + BEFORE[ENOUGH_BEFORE - 1] or codes.size <= OTHER_VILLAGES:
        return lost
    best = np.where(best > GONE_CLEAR, best, np.float32(np.nan))
    best = (best / high_level(best, USUAL_QUANTILE, USUAL_DAYS)).astype(np.float32)
    days = np.stack([_middle(best[village == v]) for v in range(codes.size)])
    beside = _beside_others(_clear_levels(days))
    usual = np.where(
        np.isfinite(beside[:, len(LATELY) :]).sum(axis=1) >= ENOUGH_BEFORE,
        _nan_median(beside[:, len(LATELY) :].T),
        np.nan,
    )
    least = 1.0 - (beside[:, : len(LATELY)] / usual[:, None]).max(axis=1)
    return np.where(least > SET_LOSS, least, 0.0).astype(np.float32)[village]


def _middle(values: Floats) -> Floats:
    """Median of each day over one village's systems, NaN with too few; shape (days,)."""
    known = np.count_nonzero(np.isfinite(values), axis=0)
    return np.where(known >= ENOUGH_SYSTEMS, _nan_median(values), np.nan).astype(np.float32)


def _nan_median(values: Floats) -> Floats:
    """Median over the first axis of what is known, the lower of two; NaN without any."""
    known = np.count_nonzero(np.isfinite(values), axis=0)
    ordered = np.sort(values, axis=0)
    return np.take_along_axis(ordered, np.maximum(known - 1, 0)[None] // 2, axis=0)[0]


def _clear_levels(days: Floats) -> Floats:
    """Brightness of the clear days of each fortnight, shape (villages, fortnights); NaN = unclear.

    The newest fortnight first, those of ``LATELY`` before those of ``BEFORE``.
    """
    levels = np.full((days.shape[0], len(LATELY) + len(BEFORE)), np.nan, np.float32)
    for i, ago in enumerate((*LATELY, *BEFORE)):
        end = days.shape[1] - ago
        if end < FORTNIGHT:
            continue
        span = days[:, end - FORTNIGHT : end]
        ordered = -np.sort(-np.where(np.isfinite(span), span, np.float32(0.0)), axis=1)
        clear = ordered[:, :CLEAR_DAYS]
        enough = np.isfinite(span).sum(axis=1) >= ENOUGH_DAYS
        enough &= clear[:, -1] >= ALIKE * clear[:, 0]
        levels[:, i] = np.where(enough, clear.mean(axis=1), np.nan)
    return levels


def _beside_others(levels: Floats) -> Floats:
    """Each village's levels over the middle of the other villages', same shape."""
    found = np.full(levels.shape, np.nan, np.float32)
    every = np.arange(levels.shape[0])
    for v in every:
        others = levels[every != v]
        known = np.isfinite(others).sum(axis=0) >= OTHER_VILLAGES
        found[v] = np.where(known, levels[v] / _nan_median(others), np.nan)
    return found
