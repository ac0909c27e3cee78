"""In which hours a panel gives less than it used to, beside its neighbours."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, high_level
from analytics.indicators.masked import known_or_zero, sums
from analytics.indicators.table import IndicatorTable

HISTORY_DAYS = 180
POOL_DAYS = 12
"""Shadows grow for weeks; the low hours have little sun of their own [K]."""
USUAL_QUANTILE = 0.75
ENOUGH_DUE = 0.3
"""Sun in a part of the day within a pool, in hours of rated current, for a ratio [K]."""
EAST, WEST, HIGH = ("first", "early"), ("last", "late"), ("forenoon", "midday", "afternoon")
"""Parts of the day with the sun low on either side, and high between."""


@dataclass(frozen=True, slots=True)
class ShadeProfile:
    """Losses of the last pool against the own usual, shape (systems,); NaN where unknown.

    ``east`` and ``west`` of the low sun's hours on that side, ``high`` of those between;
    ``east_besides`` and ``west_besides`` of a side against what the high sun gave at the same time:
    dirt takes as much there, a shadow does not reach so far yet.
    """

    east: Floats
    west: Floats
    high: Floats
    east_besides: Floats
    west_besides: Floats


def shade_profile(table: IndicatorTable, day: int, rows: NDArray[np.intp]) -> ShadeProfile:
    """Losses by part of the day over the last twelve days, each against its own history.

    Of the systems in ``rows`` only: few are in doubt, and the history is long.
    """
    east, west, high = (
        _ratio(table, day, parts, rows, HISTORY_DAYS) for parts in (EAST, WEST, HIGH)
    )
    return ShadeProfile(
        _loss(east), _loss(west), _loss(high), _loss(east / high), _loss(west / high)
    )


def low_sun_share(table: IndicatorTable, day: int) -> Floats:
    """What the low sun gave to what it ought, the worse side's, over the same of the high sun.

    Of the last twelve days, shape (systems,); NaN where no low sun was free. Where no high sun was,
    the low sun's share alone.
    """
    every = slice(None)
    east, west, high = (
        _ratio(table, day, parts, every, POOL_DAYS)[:, -1] for parts in (EAST, WEST, HIGH)
    )
    return (np.fmin(east, west) / np.where(np.isfinite(high), high, 1.0)).astype(np.float32)


def _ratio(
    table: IndicatorTable,
    day: int,
    parts: tuple[str, ...],
    rows: NDArray[np.intp] | slice,
    length: int,
) -> Floats:
    """Given to due of some parts of the day, by pool, the last one now; NaN with too little sun."""
    given, due = (
        _pooled(
            known_or_zero(
                reduce(
                    np.add,
                    (table.window(f"panel_{what}_{part}", day, length)[rows] for part in parts),
                )
            )
        )
        for what in ("given", "due")
    )
    return np.where(due >= ENOUGH_DUE, given / np.maximum(due, 0.1), np.nan).astype(np.float32)


def _loss(ratio: Floats) -> Floats:
    """Loss of the last pool against the usual of those before it, shape (systems,)."""
    usual = high_level(ratio[:, :-1], USUAL_QUANTILE, 1)[:, 0]
    return (1.0 - ratio[:, -1] / usual).astype(np.float32)


def _pooled(values: Floats) -> Floats:
    """Sums of pools counted back from the last day, shape (systems, pools); one at least."""
    pools = max(values.shape[1] // POOL_DAYS, 1)
    kept = values[:, -pools * POOL_DAYS :]
    size = kept.shape[1] // pools
    return np.stack([sums(kept[:, i * size : (i + 1) * size]) for i in range(pools)], axis=1)
