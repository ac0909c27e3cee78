"""A panel that lost a part of its light at once and for good: cracked, struck or delaminated cells.

Dirt comes little by little, and a wash or rain takes it away; a cut cable takes all; a dead
substring takes its voltage. What falls by nearly a fifth from one week to the next and stays so,
alike under low and high sun, is the panel itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats
from analytics.detectors.panel_days import panel_days
from analytics.detectors.shade_profile import shade_profile
from analytics.indicators.table import IndicatorTable

POOL_DAYS, BEFORE_POOLS = 4, 8
SINCE_POOLS = (4, 12)
"""The step lies 16 to 48 days back: long enough to have stayed, near enough to know before [K]."""
SET_STEP, MOST_STEP = 0.18, 0.40
"""Share lost at once: more than weather, habits and a little dirt move a pool by, less than a meter
on another scale [K]."""
SHARP = 0.75
"""Of the loss, from the eight days before to the eight after: dirt needs weeks for as much [K]."""
KEPT = 0.6
"""Of the loss, in every eight days since."""
FLAT = 0.05
"""So little the panel moved in the month before [K]."""
HIGH_SHARE = 0.6
"""Of the loss, under the high sun too: a shadow takes the low sun's light first."""
ENOUGH_DUE = 0.8
"""Sun in a pool, in hours of rated current, for a ratio [K]."""
LESS = 0.08
"""First look: two weeks against the fortnight before the last seven weeks."""
WHOLE_VOLTS = 0.88
"""Highest panel voltage, of that before the step: no substring is gone [K]."""


@dataclass(frozen=True, slots=True)
class Step:
    """Shape (systems,): the share lost at once (NaN without a step) and since how many days."""

    lost: Floats
    days: Floats


def lasting_step(table: IndicatorTable, day: int) -> Step:
    """The sharpest lasting fall of each panel beside its neighbours."""
    lost = np.full(len(table.systems), np.nan, np.float32)
    days = lost.copy()
    rows = _suspects(table, day)
    if rows.size:
        lost[rows], days[rows] = _steps(table.among(rows), day)
        high = shade_profile(table, day, rows).high
        shadow = ~(high > HIGH_SHARE * lost[rows]) | _volts_gone(table, day, rows)
        lost[rows[shadow]] = np.nan
    return Step(lost, days)


def _suspects(table: IndicatorTable, day: int) -> NDArray[np.intp]:
    long = POOL_DAYS * (SINCE_POOLS[1] + BEFORE_POOLS)
    if day + 1 < long:
        return np.zeros(0, np.intp)
    given, due = (np.nan_to_num(table.window(n, day, long)) for n in ("panel_given", "panel_due"))
    now, then = (
        given[:, part].sum(axis=1) / np.maximum(due[:, part].sum(axis=1), 0.1)
        for part in (slice(-14, None), slice(0, POOL_DAYS * BEFORE_POOLS))
    )
    return np.flatnonzero(now < (1.0 - LESS) * then)


def _steps(table: IndicatorTable, day: int) -> tuple[Floats, Floats]:
    """Loss and age of the sharpest lasting step of each system, NaN without."""
    pools = panel_days(table, day).pooled(POOL_DAYS)
    due = pools.straight()
    ratio = pools.given / np.where(due >= ENOUGH_DUE, due, np.nan)
    lost = np.full(ratio.shape[0], np.nan, np.float32)
    days, sharpest = lost.copy(), np.zeros(ratio.shape[0], np.float32)
    for since in range(SINCE_POOLS[0], SINCE_POOLS[1] + 1):
        before, after = ratio[:, -since - BEFORE_POOLS : -since], ratio[:, -since:]
        if before.shape[1] < BEFORE_POOLS:
            break
        level = np.nanmedian(before, axis=1)
        loss = 1.0 - np.nanmedian(after, axis=1) / level
        edge = (np.nanmean(before[:, -2:], axis=1) - np.nanmean(after[:, :2], axis=1)) / level
        best = np.fmax.reduce((after[:, 1:] + after[:, :-1]) / 2.0, axis=1)
        half = BEFORE_POOLS // 2
        drift = np.nanmean(before[:, :half], axis=1) - np.nanmean(before[:, half:], axis=1)
        found = (loss > SET_STEP) & (loss < MOST_STEP) & (edge > np.maximum(SHARP * loss, sharpest))
        found &= (best < level * (1.0 - KEPT * loss)) & (np.abs(drift) < FLAT * level)
        lost[found], sharpest[found] = loss[found], edge[found]
        days[found] = since * POOL_DAYS
    return lost, days


def _volts_gone(table: IndicatorTable, day: int, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the panel's highest voltages fell as well: a substring, not its light."""
    volts = table.window("panel_v_max", day, POOL_DAYS * (SINCE_POOLS[1] + BEFORE_POOLS))[rows]
    now, then = (
        np.fmax.reduce(part, axis=1)
        for part in (volts[:, -14:], volts[:, : POOL_DAYS * BEFORE_POOLS])
    )
    return now < WHOLE_VOLTS * then
