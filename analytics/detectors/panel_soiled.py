"""Dirt on one panel: it gives slowly less than it used to, and its neighbours don't."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, peers_median
from analytics.detectors.panel_alone import loss_alone
from analytics.detectors.panel_loss import POOL_DAYS, Loss, loss_to_neighbours
from analytics.detectors.shade_profile import ShadeProfile, shade_profile
from analytics.detectors.village_dust import village_dust
from analytics.indicators.peers import ENOUGH_PEERS
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

Levels = NDArray[np.floating]

SET_LOSS, CLEAR_LOSS = 0.115, 0.06
"""Loss of current against the panel's own clean level: set, and gone (a wash is worth it above
some 12 % [K]; a pool of days lags behind dirt that grows)."""
SURE_LOSS, DOUBTS = 0.05, 2.3
"""So much must be lost even if the pool errs by more than two standard errors [K]."""
SPREADS = 2.0
"""The loss stands out of the village's own scatter by so many robust deviations. Dirt that the
neighbours lose as well is the village's and is subtracted."""
EARLIER_DAYS, EARLIER_SHARE = (4, 8), 0.8
"""Seen already so many days before, in pools with other days and other clouds, four fifths as
clearly: dirt stays until somebody washes it off, weather and full batteries come and go [K]."""
PLAIN_LOSS, PLAIN_DOUBTS, PLAIN_SPREADS = 0.20, 4.5, 5.0
"""So large and so sure it is told at once [K]."""
ALONE_SET_LOSS = 0.28
"""Without neighbours weather and season are less well known: more loss is asked for, on
as many nights as no wet fortnight explains [K]."""
MOST_LOSS = 0.5
"""More than dirt takes before somebody wipes it off [K]."""
SHADE_BESIDES = 0.2
"""Light of the low sun missing beside that of the high sun: dirt is even over the day [K]."""
DUSTY_SHARE, DUSTY_SYSTEMS = 0.25, 5
"""Where the village's own light is less than that around, so many of its panels must have lost a
tenth with it: dust lies unevenly, haze and season take the same of all [K]."""
LONELY_DAYS = 60
"""Who had no neighbour to compare with for so long has none [K]."""
ABRUPT_LOSS = 0.125
"""Falling faster than this from one week to the next is no dirt: 0.1-0.5 % a day is usual, cables
and cells go at once [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when a tenth is lost, surely, reached slowly, and was so a week before; or much more."""
    loss = loss_to_neighbours(table, day)
    theirs = np.maximum(np.nan_to_num(peers_median(loss.now, table.village_code)), 0.0)
    spread = _spread(loss.now, table.village_code)
    plain = np.maximum(PLAIN_LOSS, PLAIN_SPREADS * spread)
    level = np.maximum(SET_LOSS, SPREADS * spread)
    found = _beyond(loss, theirs + plain, PLAIN_DOUBTS, SURE_LOSS)
    maybe = _beyond(loss, theirs + level, DOUBTS, SURE_LOSS) & ~found
    found |= maybe & _was_so(table, day, maybe, theirs + EARLIER_SHARE * level)
    rows = np.flatnonzero(found)
    found[rows] = ~_in_the_shade(shade_profile(table, day, rows))
    dust = village_dust(table, day)
    shown = loss.now + dust
    with_village = _with_the_village(table, (dust > 0.0) & (shown > SET_LOSS))
    found |= with_village
    lonely = np.flatnonzero(~(table.window("panel_due", day, LONELY_DAYS) > 0).any(axis=1))
    alone = loss_alone(table, day, lonely)
    found[lonely] = ((alone > ALONE_SET_LOSS) & (alone < MOST_LOSS)).all(axis=1)
    shown[lonely] = alone[:, -1]
    return Findings(
        set=found,
        clear=(shown < CLEAR_LOSS) & ~found,
        severity=np.clip(np.nan_to_num(shown) * 2.0, 0.1, 0.7).astype(np.float32),
        evidence={
            "loss_percent": shown * 100.0,
            "pool_days": np.full_like(shown, POOL_DAYS),
            "village_percent": np.where(with_village, dust * 100.0, 0.0).astype(np.float32),
        },
    )


def _beyond(loss: Loss, level: Levels, doubts: float, sure: float) -> NDArray[np.bool_]:
    """Whether two nights' pools lost more than the level, surely and not at once."""
    found = (np.minimum(loss.now, loss.before) > level) & (loss.now - doubts * loss.doubt > sure)
    return found & (loss.now < MOST_LOSS) & ~(loss.fell > ABRUPT_LOSS)


def _was_so(
    table: IndicatorTable, day: int, maybe: NDArray[np.bool_], level: Levels
) -> NDArray[np.bool_]:
    """Whether the earlier pools had lost it too; only the villages in doubt are looked at."""
    rows = np.flatnonzero(np.isin(table.village_code, np.unique(table.village_code[maybe])))
    was = np.zeros(maybe.shape, bool)
    if not rows.size or day < max(EARLIER_DAYS):
        return was
    asked, was[rows] = table.among(rows), True
    for days in EARLIER_DAYS:
        loss = loss_to_neighbours(asked, day - days)
        doubts, sure = EARLIER_SHARE * DOUBTS, EARLIER_SHARE * SURE_LOSS
        was[rows] &= _beyond(loss, level[rows], doubts, sure)
    return was


def _with_the_village(table: IndicatorTable, dirty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The dirty panels of villages in which they are many."""
    _, village, systems = np.unique(table.village_code, return_inverse=True, return_counts=True)
    many = np.bincount(village, weights=dirty, minlength=systems.size)
    return dirty & (many >= np.maximum(DUSTY_SHARE * systems, DUSTY_SYSTEMS))[village]


def _in_the_shade(seen: ShadeProfile) -> NDArray[np.bool_]:
    """Whether the low sun has lost far more than the high sun; dirt is even over the day."""
    besides = np.fmax(seen.east_besides, seen.west_besides)
    return (besides > SHADE_BESIDES) & ~(seen.high > SET_LOSS)


def _spread(loss: Floats, village_code: NDArray[np.int32]) -> Floats:
    """Robust spread of the loss among each system's village, shape (systems,); 0 without peers."""
    spread = np.zeros(loss.shape, np.float32)
    for code in np.unique(village_code):
        mine = (village_code == code) & np.isfinite(loss)
        if np.count_nonzero(mine) > ENOUGH_PEERS:
            middle = np.median(loss[mine])
            spread[mine] = 1.4826 * np.median(np.abs(loss[mine] - middle))
    return spread


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
