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
from analytics.detectors.battery_nights import Nights, is_lfp, nights
from analytics.detectors.battery_swap import since_swap, swapped_by_depth
from analytics.detectors.depth_curve import USUAL_SHARE, DepthCurves, depth_curves
from analytics.detectors.newest import kept_for_the_night
from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable

SHARES = np.array([1.02, 0.94, 0.86, 0.78, 0.7, 0.62, 0.54, 0.46, 0.38, 0.3, 0.2, 0.12], np.float32)
PAST_SHARES = np.array([1.0, 0.9, 0.8, 0.66, 0.5, 0.34], np.float32)
PAST_PRIOR = np.array([0.30, 0.40, 0.20, 0.06, 0.03, 0.02])
"""How batteries are met [K]: mostly sound, one in ten worn."""
NOW_NIGHTS, ENOUGH_NIGHTS = 21, 5
PAST_NIGHTS, PAST_GAP, PAST_ENOUGH = 90, 40, 8
"""The past is the present battery's first 90 nights, those that lie 40 days back [K]."""
LEVEL_V = (0.06, 0.04)
"""Own level of a battery against its neighbours: acid 0.05 V, meters 0.03 V."""
ODD_SHARE, ODD_LEVELS = 0.1, 3.0
"""One battery in ten has an odd acid or a poor meter: it may be three times as far off [K]."""
ALONE_LEVEL_V = 0.15
"""The same without neighbours enough [K]."""
SEASON_V = 0.025
"""What weather and warmth move a battery's level that they don't its neighbours' [K]."""
NIGHT_V = 0.04
"""Least scatter of nights around the curve [K]."""
MOST_NIGHTS = 4.0
"""Nights of one home are alike in what the curve gets wrong: more of them add no certainty [K]."""
EMPTY_SHARE_SPREAD = 0.10
WORN = 0.60
"""Below this a solar home battery is due (practice 50-60 %) [K]."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the nights up to a day say, arrays of shape (systems,); NaN where they are too few."""

    share: Floats
    """Expected usable share of the rated capacity."""
    worn: Floats
    """Probability that it is below 60 %."""
    past_share: Floats
    """The same battery's share in its first months; NaN without a past."""
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
    curves = depth_curves(seen, lithium, table.village_code)
    since = np.searchsorted(columns, since_swap(whole, last))
    fallen = curves.full_v - seen.rested_v
    excess = fallen - curves.fall_v(seen.used / np.float32(USUAL_SHARE))
    since = swapped_by_depth(excess, seen, since)
    empty = emptied(table, day, since)
    now = _now(seen, fallen, curves, since)
    past = _past(seen, fallen, curves, since)
    share, worn, before = _posterior(now, past, _level_v(lithium, curves), empty)
    excess = np.where(seen.counts, excess, np.float32(np.nan))[:, -RECENT_DAYS:]
    told = (now.nights >= ENOUGH_NIGHTS) | (empty.nights >= 2)
    missing = np.float32(np.nan)
    return Capacity(
        np.where(told, share, missing),
        np.where(told, worn, missing),
        np.where(past.nights >= PAST_ENOUGH, before, missing),
        now.nights,
        empty,
        np.where(since > 0, np.append(columns, last + 1)[since], 0),
        excess,
    )


@dataclass(frozen=True, slots=True)
class _Pool:
    """Nights against every share of a grid: mean excess (systems, shares), misfit within, count."""

    excess_v: Floats
    misfit: Floats
    nights: Floats
    scatter_v: Floats


def _now(seen: Nights, fallen: Floats, curves: DepthCurves, since: NDArray[np.intp]) -> _Pool:
    last = seen.used.shape[1]
    at = slice(max(0, last - NOW_NIGHTS), last)
    counts = seen.counts[:, at] & (np.arange(at.start, last) >= since[:, None])
    return _pool(seen.used[:, at], fallen[:, at], counts, curves, SHARES)


def _past(seen: Nights, fallen: Floats, curves: DepthCurves, since: NDArray[np.intp]) -> _Pool:
    last = seen.used.shape[1]
    columns = since[:, None] + np.arange(min(PAST_NIGHTS, last))
    inside = columns < last - PAST_GAP
    columns = np.minimum(columns, last - 1)
    used, fall = (np.take_along_axis(values, columns, axis=1) for values in (seen.used, fallen))
    counts = np.take_along_axis(seen.counts, columns, axis=1) & inside
    return _pool(used, fall, counts, curves, PAST_SHARES)


def _pool(
    used: Floats, fallen: Floats, counts: NDArray[np.bool_], curves: DepthCurves, shares: Floats
) -> _Pool:
    used, fallen = np.where(counts, used, 0.0), np.where(counts, fallen, 0.0)
    excess = fallen[:, :, None] - curves.fall_v(used[:, :, None] / shares)
    weight = counts.astype(np.float32)
    many = np.maximum(weight.sum(axis=1), 1.0)[:, None]
    mean = np.einsum("snc,sn->sc", excess, weight) / many
    square = np.einsum("snc,snc,sn->sc", excess, excess, weight) / many
    variance = np.maximum(square - mean**2, 0.0)
    scatter = np.maximum(np.sqrt(variance.min(axis=1)), NIGHT_V)
    alike = np.minimum(many, MOST_NIGHTS) / (2.0 * scatter[:, None] ** 2)
    return _Pool(mean, variance * alike, weight.sum(axis=1), scatter)


def _level_v(lithium: NDArray[np.bool_], curves: DepthCurves) -> Floats:
    own = np.where(lithium, LEVEL_V[1], LEVEL_V[0])
    return np.where(curves.peers, own, ALONE_LEVEL_V).astype(np.float32)


def _posterior(
    now: _Pool, past: _Pool, level_v: Floats, empty: Emptied
) -> tuple[Floats, Floats, Floats]:
    """Mean share, probability of being worn, and mean past share; each of shape (systems,)."""
    known = past.nights >= PAST_ENOUGH
    log = np.logaddexp(
        _log_of_means(now, past, level_v) + np.float32(np.log(1.0 - ODD_SHARE)),
        _log_of_means(now, past, ODD_LEVELS * level_v) + np.float32(np.log(ODD_SHARE)),
    )
    log -= now.misfit[:, :, None] + np.where(known[:, None], past.misfit, 0.0)[:, None]
    log += _log_prior()
    log -= _against_emptied(empty)[:, :, None]
    chance = np.exp(log - log.max(axis=(1, 2), keepdims=True))
    chance /= chance.sum(axis=(1, 2), keepdims=True)
    of_now, of_past = chance.sum(axis=2), chance.sum(axis=1)
    below = np.clip((WORN + 0.04 - SHARES) / 0.08, 0.0, 1.0)
    return (
        (of_now @ SHARES).astype(np.float32),
        (of_now @ below).astype(np.float32),
        (of_past @ PAST_SHARES).astype(np.float32),
    )


def _log_of_means(now: _Pool, past: _Pool, level_v: Floats) -> Floats:
    """Log likelihood of both pools' mean excess if one level is in both, (systems, now, past)."""
    known = past.nights >= PAST_ENOUGH
    level, season = level_v**2, np.float32(SEASON_V**2)
    v_now = level + season + now.scatter_v**2 / np.maximum(now.nights, 1)
    v_past = level + season + past.scatter_v**2 / np.maximum(past.nights, 1)
    both = np.where(known, level, np.float32(0.0))
    a, b = now.excess_v[:, :, None], np.where(known[:, None], past.excess_v, 0.0)[:, None, :]
    v_now, v_past, both = (v[:, None, None] for v in (v_now, v_past, both))
    size = v_now * v_past - both**2
    far = (v_past * a**2 - 2.0 * both * a * b + v_now * b**2) / size
    return -0.5 * (far + np.log(size))


def _log_prior() -> Floats:
    """Batteries stay as they were, or have lost anything since; they don't grow (shares, past)."""
    change = SHARES[:, None] - PAST_SHARES
    same, lost = np.where(np.abs(change) < 0.09, 0.8, 0.0), np.where(change < 0.05, 0.024, 0.0008)
    return (np.log(same + lost + 1e-4) + np.log(PAST_PRIOR)).astype(np.float32)


def _against_emptied(empty: Emptied) -> NDArray[np.floating]:
    """What nights that ran empty hold against each share: it is not far from what they took.

    One night may be a link that broke or a feast; only those after the first count.
    """
    off = (SHARES - np.nan_to_num(empty.share)[:, None]) / np.float32(EMPTY_SHARE_SPREAD)
    return 0.5 * off**2 * np.clip(empty.nights - 1.0, 0.0, 3.0)[:, None]
