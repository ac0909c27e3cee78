"""The load output is dead although the battery is charged: a switch, a latch, a fuse.

A family that is away uses nothing either, and its battery is full as well. What tells them apart is
time: how long families stay away is learnt from the village, and a load that was cut off and never
came back with the voltage needs no such patience.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.energy_books import books
from analytics.detectors.history import Floats, high_level
from analytics.detectors.meter_gaps import night_gaps, shows_no_gap
from analytics.detectors.nightly_fall import as_deep_as_usual, dawn_rise
from analytics.detectors.spells import ended_spells, length_so_far
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

OFF_A, USED_A = 0.06, 0.15
"""No load on a whole day, and a load that is usually there [K]."""
CHARGED_V = (12.7, 13.1)
"""Lead-acid, lithium. In the evening: above any reconnect voltage (12.6 V, controller manuals)."""
DAY_V = 13.2
CUT_V = (11.7, 12.6)
"""Lead-acid, lithium. The load went off here: the controller cut it, and has not switched it on
again [K]."""
DAYS_AFTER_CUT = 3
DAYS_AT_HOME, DAYS_UNKNOWN, DAYS_FACILITY = 5, 14, 28
"""Where nobody was away in ten system-years; where that is not known; schools have holidays [K]."""
KNOWN_YEARS = 10.0
AWAY_DAYS = (2, 45)
AWAY_MARGIN, LONGEST_WAIT_DAYS = 1.5, 60
"""Times the long absences of the village [K]."""
HISTORY_DAYS = 10
STILL_USED, USE_DAYS, PAST_A = 0.7, 10, 0.1
"""A full battery that nobody uses takes little and does not fall at night: with this share of the
panel's earlier energy and mornings no higher, or so much from the battery in the evening, the load
is used past the meter [K]."""
RESTED_V = 0.08
LOOK_BACK = 75
TOGETHER, TOGETHER_DAYS = 3, 28
"""Homes of a village without load at once, and how long that may last: a feast elsewhere, a harvest
[K]."""

Flags = NDArray[np.bool_]


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when a used load stayed at zero, the battery charged, for longer than people are away."""
    most = table.window("load_a_max", day, LOOK_BACK)
    known = np.isfinite(most)
    off = _off(table, day, LOOK_BACK)
    days = _days_off(off, known)
    usual = high_level(np.where(most > USED_A, most, np.float32(np.nan)), 0.5, HISTORY_DAYS)[:, 0]
    lamp_post = facts_of(table.systems).street[:, 0]
    suspect = (days >= DAYS_AFTER_CUT) & np.isfinite(usual) & ~lamp_post
    found = np.zeros_like(suspect)
    if suspect.any():
        need = _patience(table, day, days, suspect)
        found = suspect & (days >= need) & ~_still_used(table, day, days)
    newest = most[:, -1] if most.shape[1] else usual
    return Findings(
        set=found,
        clear=newest > USED_A,
        severity=np.full(found.size, 0.8, np.float32),
        evidence={
            "days": days.astype(np.float32),
            "usual_a": usual,
            "battery_v": table.window("lamp_v", day, 1)[:, 0],
        },
    )


def _off(table: IndicatorTable, day: int, length: int) -> Flags:
    """Days without any load and with charge for it, shape (systems, days)."""
    evening = np.where(facts_of(table.systems).lead, *CHARGED_V)
    charged = table.window("battery_v_max", day, length) >= DAY_V
    charged &= table.window("lamp_v", day, length) >= evening
    return charged & (table.window("load_a_max", day, length) <= OFF_A)


def _days_off(off: Flags, known: Flags) -> NDArray[np.int64]:
    """Days without load up to now; days that were not heard neither count nor end it."""
    back, heard = off[:, ::-1], known[:, ::-1]
    since = np.cumsum(heard & ~back, axis=1) == 0
    days = np.count_nonzero(back & heard & since, axis=1)
    return np.where(known[:, -1:].any(axis=1), days, 0)


def _patience(table: IndicatorTable, day: int, days: NDArray[np.int64], suspect: Flags) -> Floats:
    """Days without load that have to pass, shape (systems,); learnt for villages of suspects."""
    need = np.full(days.shape, float(DAYS_UNKNOWN))
    off_days = _off(table, day, day + 1)
    home = facts_of(table.systems).home[:, 0]
    for code in np.unique(table.village_code[suspect]):
        mine = (table.village_code == code) & home
        off = off_days[mine]
        away = ended_spells(off, np.isfinite(table["load_a_max"][mine, : day + 1]), *AWAY_DAYS)
        wait = float(DAYS_UNKNOWN)
        if away.lengths.size:
            wait = max(wait, AWAY_MARGIN * away.long(0.9))
        elif away.system_years >= KNOWN_YEARS:
            wait = float(DAYS_AT_HOME)
        if np.count_nonzero(length_so_far(off)[:, -1:] > 1) >= TOGETHER:
            wait = max(wait, float(TOGETHER_DAYS))
        need[table.village_code == code] = min(wait, LONGEST_WAIT_DAYS)
    need = np.where(home, need, np.maximum(need, DAYS_FACILITY))
    return np.where(_was_cut(table, day, days), DAYS_AFTER_CUT, need).astype(np.float32)


def _still_used(table: IndicatorTable, day: int, days: NDArray[np.int64]) -> Flags:
    """Whether energy goes on flowing although the meter shows no load: it flows past the meter."""
    evening = night_gaps(table, day, DAYS_AFTER_CUT)[0]
    known = np.isfinite(evening)
    past = np.where(known, evening, 0.0).sum(axis=1) > PAST_A * np.maximum(known.sum(axis=1), 1)
    longest = int(days.max(initial=0))
    now = (day + 1 - min(longest, USE_DAYS), day + 1)
    then = (day - longest - 3 * USE_DAYS, day - longest)
    before = books(table, *then)
    flows = books(table, *now).panel_share(before) > STILL_USED
    flows &= dawn_rise(table, now, then) < RESTED_V
    flows = (flows | as_deep_as_usual(table, now, then)) & before.enough(USE_DAYS)
    return np.where(shows_no_gap(table, day, DAYS_AFTER_CUT), flows, past)


def _was_cut(table: IndicatorTable, day: int, days: NDArray[np.int64]) -> Flags:
    """Whether the load was last seen at the voltage at which controllers cut it off."""
    last_v = table.values.get("last_load_v")
    if last_v is None:
        return np.zeros(days.shape, bool)
    cut = np.where(facts_of(table.systems).lead, *CUT_V)[:, 0]
    rows = np.arange(days.size)
    before = np.stack([last_v[rows, np.clip(day - days + k, 0, day)] for k in (0, 1)])
    return np.fmin.reduce(before, axis=0) < cut


DETECTOR = Detector(
    fault="controller_load_off",
    title=Text(id="Keluaran beban controller mati", en="Load output off"),
    because=Text(
        id="{days} hari tidak ada arus beban (biasanya sampai {usual_a} A) padahal baterai"
        " {battery_v} V. Keluarga yang pergi juga tidak memakai listrik: tanyakan dulu.",
        en="For {days} days no load current (usually up to {usual_a} A) although the battery stands"
        " at {battery_v} V. A family that is away uses nothing either: ask first.",
    ),
    part=Text(
        id="Sekring beban 10 A, solar charge controller cadangan",
        en="10 A load fuse, a spare solar charge controller",
    ),
    check=Text(
        id="Telepon dulu: apakah ada orang di rumah? Ukur baterai: di atas 12,6 V. Ukur terminal"
        " beban: 12-14 V berarti kabel atau lampu rumah putus; 0 V berarti tekan tombol beban dan"
        " periksa sekring; tetap 0 V berarti ganti controller.",
        en="Call first: is anybody at home? Measure the battery: above 12.6 V. Measure the load"
        " terminal: 12-14 V means a broken cable or lamp in the house; 0 V: press the load button"
        " and look at the fuse; still 0 V: replace the controller.",
    ),
    status=SystemStatus.FAULT,
    due_in_days=2.0,
    judge=judge,
)
