"""Dirt on one panel: it gives slowly less than it used to, at all hours, and its neighbours don't."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, high_level, peers_median, rolling_sum
from analytics.indicators.panel import PARTS
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
ENOUGH_DUE, ENOUGH_DUE_PART = 2.0, 0.7
"""Sun in the pool, in hours of rated current, for a ratio of all and of a part of the day [K]."""
ABOVE_NEIGHBOURS = 0.08
"""Dirt that the neighbours lose as well is the village's, not this panel's [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the pooled loss held above 13 % for three nights, slowly reached, at all hours."""
    loss, even = _loss_to_neighbours(table, day)
    alone, spread = _loss_alone(table, day), 0.0
    recent = loss[:, -NIGHTS:]
    neighbours = np.nan_to_num(peers_median(loss[:, -1], table.village_code))
    held = (recent > SET_LOSS).all(axis=1) & (loss[:, -1] - neighbours > ABOVE_NEIGHBOURS)
    judged = np.isfinite(loss[:, -1])
    held_alone = (alone[:, -NIGHTS:] > ALONE_SET_LOSS + spread).all(axis=1) & ~judged
    shown = np.where(judged, loss[:, -1], alone[:, -1]).astype(np.float32)
    found = ((held & even) | held_alone) & (recent.shape[1] >= NIGHTS)
    found &= ~_fell_at_once(np.where(judged[:, None], loss, alone))
    return Findings(
        set=found,
        clear=(shown < CLEAR_LOSS) & ~found,
        severity=np.clip(np.nan_to_num(shown) * 2.0, 0.1, 0.7).astype(np.float32),
        evidence={"loss_percent": shown * 100.0, "pool_days": np.full_like(shown, POOL_DAYS)},
    )


def _loss_to_neighbours(
    table: IndicatorTable, day: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Pooled loss at each day against the own clean ratio to the neighbours, shape (systems, days).

    Morning, noon and afternoon have each their own clean ratio: tilt and horizon differ, and the
    hours in which a panel runs free change with use. Also whether all parts lost alike.
    """
    given = np.stack([table[f"panel_given_{p}"][:, : day + 1] for p in PARTS])
    due = np.stack([table[f"panel_due_{p}"][:, : day + 1] for p in PARTS])
    gone = (given.sum(0) < GONE_RATIO * due.sum(0))[None]
    given, due = np.where(gone, 0.0, given), np.where(gone, 0.0, due)
    clean_due = np.zeros_like(due)
    for i in range(len(PARTS)):
        long_given, long_due = rolling_sum(given[i], BASE_DAYS), rolling_sum(due[i], BASE_DAYS)
        ratio = np.where(long_due >= ENOUGH_DUE_PART, long_given / np.maximum(long_due, 0.1), np.nan)
        clean = high_level(ratio[:, BASE_DAYS - 1 :], BASE_QUANTILE, BASE_ENOUGH)
        clean_due[i] = np.nan_to_num(due[i] * clean)
    pooled_given = np.stack([rolling_sum(g * (c > 0), POOL_DAYS) for g, c in zip(given, clean_due)])
    pooled_due = np.stack([rolling_sum(c, POOL_DAYS) for c in clean_due])
    total = pooled_due.sum(0)
    loss = np.where(total >= ENOUGH_DUE, 1.0 - pooled_given.sum(0) / np.maximum(total, 0.1), np.nan)
    part_loss = 1.0 - pooled_given[:, :, -1] / np.maximum(pooled_due[:, :, -1], 0.1)
    counts = pooled_due[:, :, -1] >= ENOUGH_DUE_PART
    even = (~counts | (part_loss > 0.5 * loss[None, :, -1])).all(axis=0)
    return loss.astype(np.float32), even


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
