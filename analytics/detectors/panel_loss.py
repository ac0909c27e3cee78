"""How much less than when clean a panel gives: beside its neighbours, or alone under the sky."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, high_level, peers_median
from analytics.detectors.panel_days import PanelDays, panel_days
from analytics.indicators.masked import count
from analytics.indicators.table import IndicatorTable

POOL_DAYS = 7
STEP_DAYS = 3
"""The history is pooled by six days, every third day."""
CLEAN_QUANTILE, CLEAN_ENOUGH = 0.85, 7
"""The clean level is a high quantile of the pools' ratios, known after seven of them [K]."""
ENOUGH_DUE = 0.7
"""Sun in a pool, in hours of rated current, for a ratio [K]."""
LEAST_DOUBT = 0.012
"""No pool is surer than this: sensors' steps, and clouds that miss the neighbours [K]."""
BELOW_OTHERS, MORE_THAN_SEEN = 0.12, 0.06
"""A panel may have been dirty before its record begins. If it gives less than its neighbours for
each rated watt, by more than tolerances explain, up to 6 % more than it was seen to lose is
believed [K]."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Shares lost against the own clean level, shape (systems,); NaN where not known.

    ``now`` is of the last pool, ``before`` of the pool that ended a day earlier, ``doubt`` the
    standard error of ``now``, ``fell`` the largest fall from one pool to the next.
    """

    now: Floats
    before: Floats
    doubt: Floats
    fell: Floats


def loss_to_neighbours(table: IndicatorTable, day: int) -> Loss:
    """Loss of current under the same sky as the neighbours, on hours without holding back."""
    days = panel_days(table, day)
    if days.given.shape[1] <= POOL_DAYS:
        none = np.full(len(table.systems), np.nan, np.float32)
        return Loss(none, none, none, none)
    pools = days.pooled(STEP_DAYS).overlapping()
    ratio = _ratio(pools)
    at, known = _clean_pool(ratio)
    clean = np.where(known, np.take_along_axis(ratio, at, axis=1), np.float32(np.nan))[:, 0]
    last = days.last(POOL_DAYS)
    now, before = (_ratio(v.pooled(POOL_DAYS)) for v in (last, days.last(POOL_DAYS, before=1)))
    doubt = np.hypot(_doubt(last, now, pools, at), _scatter(ratio) / clean)
    fell = np.fmax.reduce(ratio[:, :-2] - ratio[:, 2:], axis=1, initial=np.nan) / clean
    unseen = _unseen(table, clean)
    lost_now, lost_before = (
        (1.0 - v[:, 0] / clean + unseen).astype(np.float32) for v in (now, before)
    )
    return Loss(lost_now, lost_before, doubt.astype(np.float32), fell.astype(np.float32))


def _ratio(pools: PanelDays) -> Floats:
    """Given to due by pool; NaN with too little sun."""
    due = pools.straight()
    return (pools.given / np.where(due >= ENOUGH_DUE, due, np.nan)).astype(np.float32)


def _clean_pool(ratio: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Which pool is the clean one of each panel, and whether enough are known; (systems, 1).

    A high quantile of the ratios: the highest is chance.
    """
    known = count(np.isfinite(ratio))[:, None]
    clean = high_level(ratio, CLEAN_QUANTILE, 1)
    return np.argmax(ratio == clean, axis=1)[:, None], known >= CLEAN_ENOUGH


def _scatter(ratio: Floats) -> Floats:
    """Usual standard error of a pool's ratio, from those beside it; (systems,)."""
    if ratio.shape[1] < 3:
        return np.zeros(ratio.shape[0], np.float32)
    usual = high_level(np.abs(ratio[:, 2:] - ratio[:, :-2]), 0.5, CLEAN_ENOUGH)[:, 0]
    return np.nan_to_num(usual) * np.float32(1.0 / (0.6745 * np.sqrt(2.0)))


def _doubt(last: PanelDays, ratio: Floats, pools: PanelDays, clean: NDArray[np.int64]) -> Floats:
    """Standard error of the last pool's ratio to the clean one, as a share of it; (systems,).

    Of the scatter of its days, and of the tilt as far as the light falls otherwise than then.
    """
    due = last.straight()
    total = np.maximum(due.sum(axis=1), 0.1)
    scatter = np.sqrt(((last.given - ratio * due) ** 2).sum(axis=1)) / (total * ratio[:, 0])
    square = scatter**2 + LEAST_DOUBT**2
    clean_due = np.take_along_axis(pools.straight(), clean, axis=1)
    for now, then, tilt in zip(
        (last.east, last.north), (pools.east, pools.north), last.in_doubt, strict=True
    ):
        other = np.take_along_axis(then, clean, axis=1) / np.maximum(clean_due, 0.1)
        square = square + (tilt[:, 0] * (now.sum(axis=1) / total - other[:, 0])) ** 2
    return np.sqrt(square)


def _unseen(table: IndicatorTable, clean: Floats) -> Floats:
    """Loss from before the record, granted to panels far below their village, shape (systems,)."""
    others = peers_median(clean, table.village_code)
    below = 1.0 - BELOW_OTHERS - clean / others
    return np.clip(np.nan_to_num(below), 0.0, MORE_THAN_SEEN).astype(np.float32)
