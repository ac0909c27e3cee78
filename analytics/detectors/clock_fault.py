"""The device's clock is wrong: its panel's noon is not its neighbours' noon."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.cases import CaseText
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import Floats, high_level, last_seen, lasts, newest_value
from analytics.indicators.table import IndicatorTable
from analytics.quality.clock import NEIGHBOURS
from analytics.status import SystemStatus

SET_H, CLEAR_H = 0.45, 0.2
"""A clock counts as wrong at 20 minutes; a little more, as hours are seen in quarters [K]."""
PLAIN_H = 0.75
GRID_H = 0.25
"""A device slower than the grid sees dawn and dusk only at its own readings: for each hour between
them noon may be off by another hour [K]."""
DAYS, DAYS_PLAIN = 3, 2
LOOK_BACK = 8
OWN_HABIT_H = 0.15
"""A hill or a tree in the east, and a reading late in its quarter hour: so much is a system's own,
learnt from its earlier days [K]."""
HABIT_DAYS = (20, 80)
AHEAD_H = 1.0
"""Readings that bear a time an hour after their own receipt."""
LOST_H = 60 * 24.0
"""Readings older than this when received: the clock lost its time and began in 1970 or 2000 [K]."""
SHIFTED, AHEAD, LOST = 1, 2, 3


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the panel's noon is astray for days, or times of receipt tell of a wrong clock."""
    shift = table.window("noon_shift_h", day, LOOK_BACK)
    own = _own_habit(table, day, shift)
    corrected = shift - own[:, None]
    seen = np.isfinite(corrected)
    found = np.zeros(len(table.systems), bool)
    coarse = _coarse_h(table, day)
    for least, days in ((SET_H, DAYS), (PLAIN_H, DAYS_PLAIN)):
        for side in (1.0, -1.0):
            found |= lasts(side * corrected >= least + coarse, seen, days)
    newest = newest_value(corrected, last_seen(seen, 1))
    ahead, ahead_h = _lately(table, "clock_ahead_h", day, AHEAD_H)
    lost, lag_h = _lately(table, "clock_lag_h", day, LOST_H)
    off_h = np.where(lost, -lag_h, np.where(ahead, ahead_h, newest)).astype(np.float32)
    settled = lasts(np.abs(corrected) < CLEAR_H + coarse, seen, DAYS_PLAIN)
    return Findings(
        set=found | ahead | lost,
        clear=settled & ~ahead & ~lost,
        severity=np.full(found.size, 0.3, np.float32),
        evidence={
            "minutes": np.abs(off_h) * np.float32(60.0),
            "sign": np.sign(off_h),
            "kind": np.where(lost, LOST, np.where(ahead, AHEAD, SHIFTED)).astype(np.float32),
        },
    )


def _coarse_h(table: IndicatorTable, day: int) -> Floats:
    """By how much longer than the grid's step a device's readings lie apart [h], as the window."""
    rows, heard = (table.window(name, day, LOOK_BACK) for name in ("rows", "coverage"))
    apart_h = np.float32(24.0) * heard / np.maximum(rows, 1.0)
    return np.maximum(apart_h - np.float32(GRID_H), 0.0).astype(np.float32)


def _own_habit(table: IndicatorTable, day: int, shift: Floats) -> Floats:
    """What each system's noon is usually off by, 0 where nobody is suspect.

    At most 9 minutes, but without neighbours all of it, NaN as long as it is unknown: then noon is
    the sun's by the place's coordinates, and those may be wrong.
    """
    own = np.zeros(shift.shape[0], np.float32)
    rows = np.flatnonzero((np.abs(shift) > SET_H - OWN_HABIT_H).any(axis=1))
    if not rows.size:
        return own
    newest, oldest = HABIT_DAYS
    before = table["noon_shift_h"][:, max(0, day - oldest) : max(0, day - newest)][rows]
    usual = high_level(before, 0.5, newest // 2)[:, 0]
    code, systems = np.unique(table.village_code, return_counts=True)
    alone = systems[np.searchsorted(code, table.village_code[rows])] <= NEIGHBOURS
    own[rows] = np.where(alone, usual, np.clip(np.nan_to_num(usual), -OWN_HABIT_H, OWN_HABIT_H))
    return own


def _lately(
    table: IndicatorTable, name: str, day: int, least: float
) -> tuple[NDArray[np.bool_], Floats]:
    """Whether the last two days of receipt were above ``least``, and the newest value."""
    none = np.full(len(table.systems), np.nan, np.float32)
    if name not in table.values:
        return np.zeros(none.shape, bool), none
    values = table.window(name, day, LOOK_BACK)
    seen = np.isfinite(values)
    return lasts(values >= least, seen, DAYS_PLAIN), newest_value(values, last_seen(seen, 1))


DETECTOR = Detector(
    fault="clock_fault",
    title=Text(id="Jam alat salah", en="Device clock wrong"),
    because=CaseText(
        id="Tengah hari menurut panel surya berbeda {minutes} menit dari tetangga.",
        en="By its panel the device's noon is {minutes} minutes away from its neighbours'.",
        by="kind",
        cases={
            AHEAD: Text(
                id="Data bertanda waktu {minutes} menit setelah diterima: jam alat terlalu cepat.",
                en="Readings bear a time {minutes} minutes after their receipt: the clock is"
                " ahead.",
            ),
            LOST: Text(
                id="Data bertanda waktu bertahun-tahun lalu: jam alat kehilangan waktunya.",
                en="Readings bear a time of long ago: the device's clock lost its time.",
            ),
        },
    ),
    part=CaseText(
        id="Telepon atau laptop untuk menyetel jam, baterai jam CR2032",
        en="Phone or laptop to set the clock, a CR2032 clock cell",
        by="kind",
        cases={
            LOST: Text(id="Baterai jam CR2032, kabel USB", en="CR2032 clock cell, USB cable"),
        },
    ),
    check=Text(
        id="Bandingkan jam alat dengan telepon; setel ke waktu UTC yang benar. Ukur baterai jam"
        " CR2032: di bawah 2,8 V diganti. Catu alat harus 12-14 V tanpa terputus.",
        en="Compare the device's clock with a phone and set it to the right UTC time. Measure the"
        " CR2032 clock cell: below 2.8 V replace it. The device's supply should be a steady 12-14"
        " V.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
