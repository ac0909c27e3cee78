"""Dirt on one panel: it gives slowly less than it used to, and its neighbours don't."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, high_level, peers_median, rolling_sum
from analytics.indicators.peers import ENOUGH_PEERS
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

SET_LOSS, CLEAR_LOSS = 0.13, 0.08
"""Loss of current against the panel's own clean level: set, and gone (a wash is worth it above
some 12 % [K])."""
ALONE_SET_LOSS = 0.20
"""Without neighbours the weather is less well known: more loss is asked for [K]."""
POOL_DAYS = 7
NIGHTS = 3
"""Nights in a row on which the pooled loss must be above the set level."""
BASE_DAYS, BASE_QUANTILE, BASE_ENOUGH = 10, 0.9, 10
"""The clean level is a high quantile of ten-day ratios, known after ten such days [K]."""
ABRUPT_LOSS = 0.15
"""Falling faster than this within a pool is no dirt: 0.1-0.5 % a day is usual, cables fall at once
[K]."""
GONE_RATIO = 0.25
"""Days with less than a quarter are a disconnected panel and say nothing about dirt."""
ENOUGH_DUE, ENOUGH_DUE_DAY = 0.7, 0.1
"""Sun in the pool, and on a day, in hours of rated current, for a ratio [K]."""
SPREADS = 3.5
"""The loss stands out of the village's own scatter by so many robust deviations. Dirt that the
neighbours lose as well is the village's and is subtracted."""
TILT_RIDGE, MOST_TILT = 0.3, 0.45


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the pooled loss held above 13 % for three nights and was reached slowly."""
    loss = loss_to_neighbours(table, day)
    alone = _loss_alone(table, day)
    judged = np.isfinite(loss[:, -1])
    level = np.maximum(SET_LOSS, SPREADS * _spread(loss[:, -1], table.village_code))
    neighbours = np.nan_to_num(peers_median(loss[:, -1], table.village_code))
    held = (loss[:, -NIGHTS:] - np.maximum(neighbours, 0.0)[:, None] > level[:, None]).all(axis=1)
    held_alone = (alone[:, -NIGHTS:] > ALONE_SET_LOSS).all(axis=1) & ~judged
    shown = np.where(judged, loss[:, -1], alone[:, -1]).astype(np.float32)
    found = (held | held_alone) & (loss.shape[1] >= NIGHTS)
    found &= ~_fell_at_once(np.where(judged[:, None], loss, alone))
    return Findings(
        set=found,
        clear=(shown < CLEAR_LOSS) & ~found,
        severity=np.clip(np.nan_to_num(shown) * 2.0, 0.1, 0.7).astype(np.float32),
        evidence={"loss_percent": shown * 100.0, "pool_days": np.full_like(shown, POOL_DAYS)},
    )


def loss_to_neighbours(table: IndicatorTable, day: int) -> Floats:
    """Pooled loss at each day against the own clean ratio to the neighbours, shape (systems, days).

    NaN where the panel ran free too little, or the clean ratio is not known yet.
    """
    given, due, east = (
        np.nan_to_num(table[name][:, : day + 1])
        for name in ("panel_given", "panel_due", "panel_east")
    )
    gone = given < GONE_RATIO * due
    given, due, east = (np.where(gone, np.float32(0.0), v) for v in (given, due, east))
    due = np.maximum(due + _east_tilt(given, due, east) * east, 0.3 * due)
    long_due = rolling_sum(due, BASE_DAYS)
    known = (long_due >= ENOUGH_DUE) & (np.arange(long_due.shape[1]) >= BASE_DAYS - 1)
    ratio = np.where(known, rolling_sum(given, BASE_DAYS) / np.maximum(long_due, 0.1), np.nan)
    clean = high_level(ratio.astype(np.float32), BASE_QUANTILE, BASE_ENOUGH)
    pooled = rolling_sum(due, POOL_DAYS)
    loss = 1.0 - rolling_sum(given, POOL_DAYS) / np.maximum(pooled * clean, 0.05)
    return np.where(pooled >= ENOUGH_DUE, loss, np.nan).astype(np.float32)


def _east_tilt(given: Floats, due: Floats, east: Floats) -> Floats:
    """Sine of each panel's tilt to the east against its neighbours', shape (systems, 1).

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
    steepness = steepness / ((weight * turn * turn).sum(axis=1, keepdims=True) + TILT_RIDGE)
    total = np.maximum(due.sum(axis=1, keepdims=True), 0.01)
    level = given.sum(axis=1, keepdims=True) - steepness * east.sum(axis=1, keepdims=True)
    return np.clip(steepness / np.maximum(level / total, 0.2), -MOST_TILT, MOST_TILT)


def _spread(loss: Floats, village_code: NDArray[np.int32]) -> Floats:
    """Robust spread of the loss among each system's village, shape (systems,); 0 without peers."""
    spread = np.zeros(loss.shape, np.float32)
    for code in np.unique(village_code):
        mine = (village_code == code) & np.isfinite(loss)
        if np.count_nonzero(mine) > ENOUGH_PEERS:
            middle = np.median(loss[mine])
            spread[mine] = 1.4826 * np.median(np.abs(loss[mine] - middle))
    return spread


def _loss_alone(table: IndicatorTable, day: int) -> Floats:
    """Loss of the clear-day envelope: best hour of two weeks against the best before; NaN early."""
    best = table["panel_clear"][:, : day + 1]
    length = 2 * POOL_DAYS
    enough = rolling_sum(np.isfinite(best).astype(np.float32), length) >= POOL_DAYS
    envelope = np.full(best.shape, np.nan, np.float32)
    for end in range(max(length, best.shape[1] - 40), best.shape[1] + 1):
        envelope[:, end - 1] = np.fmax.reduce(best[:, max(0, end - length) : end], axis=1)
    envelope = np.where(enough, envelope, np.nan)
    clean = high_level(envelope, BASE_QUANTILE, BASE_ENOUGH)
    village = np.nanmedian(envelope / clean, axis=0) if np.isfinite(clean).any() else 1.0
    return (1.0 - envelope / clean / np.fmin(village, 1.0)).astype(np.float32)


def _fell_at_once(loss: Floats) -> NDArray[np.bool_]:
    """Whether the loss ever grew by 15 % within a pool's length, in the last 45 days."""
    recent = loss[:, -45:]
    if recent.shape[1] <= POOL_DAYS:
        return np.zeros(loss.shape[0], bool)
    step = recent[:, POOL_DAYS:] - recent[:, :-POOL_DAYS]
    return (np.nan_to_num(step) > ABRUPT_LOSS).any(axis=1)


DETECTOR = Detector(
    fault="panel_soiled",
    title=Text(id="Panel surya kotor", en="Panel soiled"),
    because=Text(
        id="Dalam {pool_days} hari terakhir panel surya memberi {loss_percent} % lebih sedikit"
        " daripada saat bersih, pada cuaca yang sama dengan tetangga.",
        en="In the last {pool_days} days the panel gave {loss_percent} % less than when clean, under"
        " the same weather as its neighbours.",
    ),
    part=Text(id="Air, kain lembut, sikat bergagang", en="Water, soft cloth, brush on a pole"),
    check=Text(
        id="Bersihkan panel pagi hari, lalu bandingkan arus sebelum dan sesudah: harus naik sekitar"
        " {loss_percent} %. Tegangan tetap 17-21 V; bila jauh di bawah, panel rusak.",
        en="Clean the panel in the morning and compare the current before and after: it should rise"
        " by about {loss_percent} %. The voltage stays at 17-21 V; far below, the panel is damaged.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
