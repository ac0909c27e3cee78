"""How much less than when clean a panel gives: beside its neighbours, or alone under the sky."""

from dataclasses import dataclass

import numpy as np

from analytics.detectors.history import Floats, high_level, peers_median, rolling_sum
from analytics.detectors.panel_days import PanelDays, panel_days
from analytics.indicators.table import IndicatorTable

POOL_DAYS = 7
BLOCK_DAYS = 6
CLEAN_QUANTILE, CLEAN_ENOUGH = 0.85, 4
"""The clean level is a high quantile of six-day ratios, known after four of them [K]."""
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
    blocks = _Blocks.of(days)
    clean, lean = blocks.clean()
    given, due = (rolling_sum(v, POOL_DAYS) for v in (days.given, days.due))
    ratio = np.where(due >= ENOUGH_DUE, given / np.maximum(due, 0.1), np.nan)
    doubt = np.hypot(_doubt(days, ratio[:, -1:], lean), blocks.scatter() / clean[:, 0])
    share = ratio[:, -2:] / clean
    earlier = share[:, 0] if share.shape[1] > 1 else share[:, -1]
    fell = np.full(clean.shape[0], np.nan, np.float32)
    if ratio.shape[1] > POOL_DAYS:
        fell = np.fmax.reduce((ratio[:, :-POOL_DAYS] - ratio[:, POOL_DAYS:]) / clean, axis=1)
    unseen = _unseen(table, clean[:, 0])
    now, before = ((1.0 - s + unseen).astype(np.float32) for s in (share[:, -1], earlier))
    return Loss(now, before, doubt, fell)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Days pooled by six, counted back from the last, shape (systems, blocks)."""

    ratio: Floats
    lean: tuple[Floats, ...]

    @staticmethod
    def of(days: PanelDays) -> "_Blocks":
        blocks = days.given.shape[1] // BLOCK_DAYS
        start = days.given.shape[1] - blocks * BLOCK_DAYS
        given, due, *lean = (
            v[:, start:].reshape(v.shape[0], blocks, BLOCK_DAYS).sum(-1)
            for v in (days.given, days.due, *days.lean)
        )
        due = np.where(due >= ENOUGH_DUE, due, np.float32(np.nan))
        return _Blocks(given / due, tuple(v / due for v in lean))

    def clean(self) -> tuple[Floats, tuple[Floats, ...]]:
        """The clean level, a high quantile of the ratios, and how the light fell then.

        Each of shape (systems, 1); NaN while too few blocks are known.
        """
        rows, blocks = self.ratio.shape
        known = np.count_nonzero(np.isfinite(self.ratio), axis=1)
        if not blocks:
            none = np.full((rows, 1), np.nan, np.float32)
            return none, (none, none)
        order = np.argsort(self.ratio, axis=1)
        place = np.clip(np.rint(CLEAN_QUANTILE * (known - 1)), 0, blocks - 1).astype(np.int64)
        at = np.take_along_axis(order, place[:, None], axis=1)
        enough = known[:, None] >= CLEAN_ENOUGH
        level, *lean = (
            np.where(enough, np.take_along_axis(v, at, axis=1), np.float32(np.nan))
            for v in (self.ratio, *self.lean)
        )
        return level, tuple(lean)

    def scatter(self) -> Floats:
        """Usual standard error of a block's ratio, from neighbouring blocks; (systems,)."""
        if self.ratio.shape[1] < 2:
            return np.zeros(self.ratio.shape[0], np.float32)
        usual = high_level(np.abs(np.diff(self.ratio, axis=1)), 0.5, CLEAN_ENOUGH)[:, 0]
        return np.nan_to_num(usual) * np.float32(1.0 / (0.6745 * np.sqrt(2.0)))


def _doubt(days: PanelDays, ratio: Floats, clean_lean: tuple[Floats, ...]) -> Floats:
    """Standard error of the last pool's ratio to the clean one, as a share of it.

    Of the scatter of its days, and of the tilt as far as the light falls otherwise than then.
    """
    given, due = days.given[:, -POOL_DAYS:], days.due[:, -POOL_DAYS:]
    total = np.maximum(due.sum(axis=1), 0.1)
    scatter = np.sqrt(((given - ratio * due) ** 2).sum(axis=1)) / (total * ratio[:, 0])
    square = scatter**2 + LEAST_DOUBT**2
    for lean, then, tilt in zip(days.lean, clean_lean, days.in_doubt, strict=True):
        now = lean[:, -POOL_DAYS:].sum(axis=1) / total
        square = square + (tilt[:, 0] * (now - then[:, 0])) ** 2
    return np.sqrt(square).astype(np.float32)


def _unseen(table: IndicatorTable, clean: Floats) -> Floats:
    """Loss from before the record, granted to panels far below their village, shape (systems,)."""
    others = peers_median(clean, table.village_code)
    below = 1.0 - BELOW_OTHERS - clean / others
    return np.clip(np.nan_to_num(below), 0.0, MORE_THAN_SEEN).astype(np.float32)
