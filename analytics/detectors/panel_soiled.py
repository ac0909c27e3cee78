"""Dirt on one panel: it gives slowly less than it used to, and its neighbours don't."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, peers_median
from analytics.detectors.panel_loss import POOL_DAYS, loss_alone, loss_to_neighbours
from analytics.indicators.peers import ENOUGH_PEERS
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

SET_LOSS, CLEAR_LOSS = 0.115, 0.07
"""Loss of current against the panel's own clean level: set, and gone (a wash is worth it above
some 12 % [K])."""
ALONE_SET_LOSS = 0.20
"""Without neighbours the weather is less well known: more loss is asked for [K]."""
NIGHTS, NIGHTS_ALONE = 3, 10
"""Nights in a row on which the loss must be above the set level; without neighbours, so many that
no wet fortnight explains them [K]."""
ABRUPT_LOSS = 0.15
"""Falling faster than this within a pool is no dirt: 0.1-0.5 % a day is usual, cables fall at once
[K]."""
SPREADS = 3.5
"""The loss stands out of the village's own scatter by so many robust deviations. Dirt that the
neighbours lose as well is the village's and is subtracted."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the pooled loss held above 11.5 % for three nights and was reached slowly."""
    loss = loss_to_neighbours(table, day)
    alone = loss_alone(table, day)
    lonely = ~np.any(table.window("panel_due", day, POOL_DAYS) > 0, axis=1)
    level = np.maximum(SET_LOSS, SPREADS * _spread(loss[:, -1], table.village_code))
    neighbours = np.nan_to_num(peers_median(loss[:, -1], table.village_code))
    held = (loss[:, -NIGHTS:] - np.maximum(neighbours, 0.0)[:, None] > level[:, None]).all(axis=1)
    held_alone = (alone[:, -NIGHTS_ALONE:] > ALONE_SET_LOSS).all(axis=1) & lonely
    shown = np.where(lonely, alone[:, -1], loss[:, -1]).astype(np.float32)
    found = (held | held_alone) & (loss.shape[1] >= NIGHTS)
    found &= ~_fell_at_once(np.where(lonely[:, None], alone, loss))
    return Findings(
        set=found,
        clear=(shown < CLEAR_LOSS) & ~found,
        severity=np.clip(np.nan_to_num(shown) * 2.0, 0.1, 0.7).astype(np.float32),
        evidence={"loss_percent": shown * 100.0, "pool_days": np.full_like(shown, POOL_DAYS)},
    )


def _spread(loss: Floats, village_code: NDArray[np.int32]) -> Floats:
    """Robust spread of the loss among each system's village, shape (systems,); 0 without peers."""
    spread = np.zeros(loss.shape, np.float32)
    for code in np.unique(village_code):
        mine = (village_code == code) & np.isfinite(loss)
        if np.count_nonzero(mine) > ENOUGH_PEERS:
            middle = np.median(loss[mine])
            spread[mine] = 1.4826 * np.median(np.abs(loss[mine] - middle))
    return spread


def _fell_at_once(loss: Floats) -> NDArray[np.bool_]:
    """Whether the loss ever grew by 15 % within a pool's length, in the last 45 days."""
    recent = loss[:, -45:]
    if recent.shape[1] <= POOL_DAYS:
        return np.zeros(loss.shape[0], bool)
    step = recent[:, POOL_DAYS:] - recent[:, :-POOL_DAYS]
    return np.any(np.nan_to_num(step) > ABRUPT_LOSS, axis=1)


DETECTOR = Detector(
    fault="panel_soiled",
    title=Text(id="Panel surya kotor", en="Panel soiled"),
    because=Text(
        id="Dalam {pool_days} hari terakhir panel surya memberi {loss_percent} % lebih sedikit"
        " daripada saat bersih, pada cuaca yang sama dengan tetangga.",
        en="In the last {pool_days} days the panel gave {loss_percent} % less than when clean,"
        " under the same weather as its neighbours.",
    ),
    part=Text(id="Air, kain lembut, sikat bergagang", en="Water, soft cloth, brush on a pole"),
    check=Text(
        id="Bersihkan panel surya pagi hari, lalu bandingkan arus sebelum dan sesudah: harus naik"
        " sekitar {loss_percent} %. Tegangan tetap 17-21 V; bila jauh di bawah, panel surya rusak.",
        en="Clean the panel in the morning and compare the current before and after: it should"
        " rise by about {loss_percent} %. The voltage stays at 17-21 V; far below, the"
        " panel is damaged.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
