"""How much a battery still holds, and how surely: what its nights say of every possible capacity.

For each capacity on a grid the nights of three weeks are compared with the fall that the
neighbours' curve would give. A battery's own level (its acid, its meter) is not known; it is drawn
towards the neighbours' and, where there is a past, towards what the same battery showed then. Plain
Bayes on a grid: robust where use is even, sharp where it varies.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_emptied import Emptied, emptied
from analytics.detectors.battery_memory import RECENT_DAYS, remembered
from analytics.detectors.battery_nights import Nights, is_lfp, nights, rated_ah
from analytics.detectors.battery_posterior import (
    PAST_ENOUGH,
    PAST_SHARES,
    SHARES,
    Pool,
    deeper,
    pool,
    posterior,
)
from analytics.detectors.battery_swap import since_swap, swapped_by_depth
from analytics.detectors.depth_curve import DepthCurves, depth_curves
from analytics.detectors.history import high_level, mean_known
from analytics.detectors.newest import kept_for_the_night
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import or_missing
from analytics.indicators.table import IndicatorTable

NOW_NIGHTS, ENOUGH_NIGHTS = 21, 5
PAST_NIGHTS, PAST_GAP = 90, 40
"""The past is the present battery's first 90 nights, those that lie 40 days back [K]."""
LEVEL_V = (0.06, 0.04)
"""Own level of a battery against its neighbours: acid 0.05 V, meters 0.03 V."""
ALONE_LEVEL_V = 0.15
"""The same without neighbours enough [K]."""
ONE_NIGHT_V = 0.3
"""No further than this from the middle of its nights does a night count [K]."""
PULL_OHM_AH = 3.0
"""Slow part of the fall under a lasting load that no step shows, as a resistance [K]."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the nights up to a day say, arrays of shape (systems,); NaN where they are too few."""

    share: Floats
    """Expected usable share of the rated capacity."""
    worn: Floats
    """Probability that it is below 60 %."""
    past_share: Floats
    """The same battery's share in its first months; NaN without a past."""
    deeper: Floats
    """Mean extra fall of the nights, against the neighbours or the own past, where 1 is what 60 %
    left would show."""
    nights: Floats
    emptied: Emptied
    since: NDArray[np.intp]
    """First column of the present battery."""
    excess_v: Floats
    """How far each recent night fell below the neighbours' curve, (systems, days).

    NaN: not counted.
    """


@kept_for_the_night
def usable_capacity(whole: IndicatorTable, last: int) -> Capacity:
    """Usable share of the rated capacity as of the end of column ``last``."""
    table, columns = remembered(whole, last)
    day = columns.size - 1
    lithium = is_lfp(table)
    seen = nights(table, day)
    curves, excess = depth_curves(seen, lithium, table.village_code)
    since = np.searchsorted(columns, since_swap(whole, last))
    since = swapped_by_depth(excess, seen, since)
    empty = emptied(table, day, since)
    now = _now(seen, curves, since, excess)
    past = _past(seen, curves, since)
    share, worn, before = posterior(now, past, _level_v(table, lithium, curves), empty)
    excess = or_missing(excess[:, -RECENT_DAYS:], seen.counts[:, -RECENT_DAYS:])
    told = (now.nights >= ENOUGH_NIGHTS) | (empty.nights >= 2)
    missing = np.float32(np.nan)
    return Capacity(
        np.where(told, share, missing),
        np.where(told, worn, missing),
        np.where(past.nights >= PAST_ENOUGH, before, missing),
        np.where(told, deeper(now, past), missing),
        now.nights,
        empty,
        np.where(since > 0, np.append(columns, last + 1)[since], 0),
        excess,
    )


def _now(seen: Nights, curves: DepthCurves, since: NDArray[np.intp], excess: Floats) -> Pool:
    last = seen.used.shape[1]
    at = slice(max(0, last - NOW_NIGHTS), last)
    counts = seen.counts[:, at] & (np.arange(at.start, last) >= since[:, None])
    # A feast, or a meter's slip at dawn, is volts away: one night must not speak for three weeks.
    off = excess[:, at]
    off = off - np.nan_to_num(high_level(or_missing(off, counts), 0.5, 1))
    slipped = np.clip(off, -ONE_NIGHT_V, ONE_NIGHT_V) - off
    near = curves.full_v[:, at] - seen.rested_v[:, at] + slipped
    return pool(seen.used[:, at], near, counts, curves, SHARES)


def _past(seen: Nights, curves: DepthCurves, since: NDArray[np.intp]) -> Pool:
    end = max(seen.used.shape[1] - PAST_GAP, 0)
    first = slice(0, min(PAST_NIGHTS, end))
    fallen_v = curves.full_v - seen.rested_v
    used, fallen, counts = seen.used[:, first].copy("K"), fallen_v[:, first], seen.counts[:, first]
    counts = counts.copy("K")
    # Few batteries are not their system's first.
    for row in np.flatnonzero(since).tolist():
        mine = slice(int(since[row]), max(min(int(since[row]) + PAST_NIGHTS, end), int(since[row])))
        nights = mine.stop - mine.start
        used[row, :nights], fallen[row, :nights] = seen.used[row, mine], fallen_v[row, mine].copy()
        counts[row] = False
        counts[row, :nights] = seen.counts[row, mine]
    return pool(used, fallen, counts, curves, PAST_SHARES)


def _level_v(table: IndicatorTable, lithium: NDArray[np.bool_], curves: DepthCurves) -> Floats:
    """How far the level may lie off: acid and meter, and what a load at dawn still pulls it down.

    Steps of a quarter of an hour show a part of that, neighbours without such a load nothing.
    """
    own = np.where(lithium, LEVEL_V[1], LEVEL_V[0])
    own = np.where(curves.peers, own, ALONE_LEVEL_V)
    load_a = np.nan_to_num(mean_known(table["dawn_a"][:, -NOW_NIGHTS:]))
    pulled = np.maximum(load_a, 0.0) / rated_ah(table)[:, 0] * np.float32(PULL_OHM_AH)
    return np.hypot(own, pulled).astype(np.float32)
