"""How much less than when clean a panel gives: beside its neighbours, or alone under the sky."""

import numpy as np

from analytics.detectors.history import Floats, high_level, rolling_sum
from analytics.indicators.table import IndicatorTable

POOL_DAYS = 7
BASE_DAYS, BASE_QUANTILE, BASE_ENOUGH = 10, 0.9, 10
"""The clean level is a high quantile of ten-day ratios, known after ten such days [K]."""
GONE_RATIO = 0.25
"""Days with less than a quarter are a disconnected panel; they and those beside them, on which it
came or went, say nothing about dirt."""
ENOUGH_DUE, ENOUGH_DUE_DAY = 0.7, 0.1
"""Sun in the pool, and on a day, in hours of rated current, for a ratio [K]."""
GONE_CLEAR = 0.1
"""Below this share of a clear sky in its best hour the panel is away, or the day was black [K]."""
TILT_RIDGE, MOST_TILT = 0.3, 0.45
"""Drawn towards no tilt; and no roof is steeper against its neighbours' than this sine [K]."""
TILT_UNKNOWN = 0.3
"""Twice the usual spread of tilts, as a sine: granted while the days have not told it [K]."""


def loss_to_neighbours(table: IndicatorTable, day: int) -> Floats:
    """Pooled loss at each day against the own clean ratio to the neighbours, shape (systems, days).

    NaN where the panel ran free too little, or the clean ratio is not known yet.
    """
    given, due, east = (
        np.nan_to_num(table[name][:, : day + 1])
        for name in ("panel_given", "panel_due", "panel_east")
    )
    gone = given < GONE_RATIO * due
    beside = gone.copy()
    beside[:, 1:] |= gone[:, :-1]
    beside[:, :-1] |= gone[:, 1:]
    given, due, east = (np.where(beside, np.float32(0.0), v) for v in (given, due, east))
    tilt, in_doubt = _east_tilt(given, due, east)
    lean = rolling_sum(east, POOL_DAYS) / np.maximum(rolling_sum(due, POOL_DAYS), 0.1)
    usual = east.sum(axis=1, keepdims=True) / np.maximum(due.sum(axis=1, keepdims=True), 0.1)
    granted = in_doubt * np.abs(lean - usual)
    due = np.maximum(due + tilt * east, 0.3 * due)
    long_due = rolling_sum(due, BASE_DAYS)
    known = (long_due >= ENOUGH_DUE) & (np.arange(long_due.shape[1]) >= BASE_DAYS - 1)
    ratio = np.where(known, rolling_sum(given, BASE_DAYS) / np.maximum(long_due, 0.1), np.nan)
    clean = high_level(ratio.astype(np.float32), BASE_QUANTILE, BASE_ENOUGH)
    pooled = rolling_sum(due, POOL_DAYS)
    loss = 1.0 - rolling_sum(given, POOL_DAYS) / np.maximum(pooled * clean, 0.05)
    loss = np.where(loss > 0, np.maximum(loss - granted, 0.0), loss)
    return np.where(pooled >= ENOUGH_DUE, loss, np.nan).astype(np.float32)


def _east_tilt(given: Floats, due: Floats, east: Floats) -> tuple[Floats, Floats]:
    """Sine of each panel's tilt to the east against its neighbours', and how far it is in doubt.

    Both of shape (systems, 1).

    From one day to the next dirt hardly changes, but sun and cloud and the hours of free running
    do: the differences of days tell the tilt, whatever the trend. Drawn towards none.
    """
    enough = due > ENOUGH_DUE_DAY
    share = np.where(enough, given / np.maximum(due, 0.01), 0.0)
    lean = np.where(enough, east / np.maximum(due, 0.01), 0.0)
    both = enough[:, 1:] & enough[:, :-1]
    weight = np.where(both, np.minimum(due[:, 1:], due[:, :-1]), 0.0)
    rise, turn = np.diff(share, axis=1), np.diff(lean, axis=1)
    steepness = (weight * rise * turn).sum(axis=1, keepdims=True)
    told = (weight * turn * turn).sum(axis=1, keepdims=True)
    steepness = steepness / (told + TILT_RIDGE)
    total = np.maximum(due.sum(axis=1, keepdims=True), 0.01)
    level = given.sum(axis=1, keepdims=True) - steepness * east.sum(axis=1, keepdims=True)
    tilt = np.clip(steepness / np.maximum(level / total, 0.2), -MOST_TILT, MOST_TILT)
    return tilt, TILT_UNKNOWN * np.sqrt(TILT_RIDGE / (told + TILT_RIDGE))


def loss_alone(table: IndicatorTable, day: int) -> Floats:
    """Loss of the clear-day envelope: best hour of two weeks against the best before; NaN early."""
    best = table["panel_clear"][:, : day + 1]
    best = np.where(best > GONE_CLEAR, best, np.float32(np.nan))
    length = 2 * POOL_DAYS
    enough = rolling_sum(np.isfinite(best).astype(np.float32), length) >= POOL_DAYS
    envelope = np.full(best.shape, np.nan, np.float32)
    for end in range(max(length, best.shape[1] - 40), best.shape[1] + 1):
        envelope[:, end - 1] = np.fmax.reduce(best[:, max(0, end - length) : end], axis=1)
    envelope = np.where(enough, envelope, np.nan)
    clean = high_level(envelope, BASE_QUANTILE, BASE_ENOUGH)
    level = envelope / clean
    # Weather lowers every panel of a place; one alone must bear it itself.
    place = np.ones(level.shape[1], np.float32)
    seen = np.isfinite(level).sum(axis=0) > 1
    place[seen] = np.fmin(np.nanmedian(level[:, seen], axis=0), 1.0)
    return (1.0 - level / place).astype(np.float32)
