"""The load output is dead although the battery is charged: a switch, a latch, a fuse.

A family that is away uses nothing either, its battery is full as well, and absences are many times
as frequent as dead outputs and last as long. Days without load alone are therefore no evidence
against a home's controller. What is: that something which always ran (a refrigerator, a router)
went off with the rest, or that the controller cut a home off that is hardly ever cut off, and
nothing came back with the voltage. A facility has nobody who goes away, only holidays.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.cases import CaseText
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.energy_books import books
from analytics.detectors.history import Floats, high_level
from analytics.detectors.meter_gaps import night_gaps, shows_no_gap
from analytics.detectors.nightly_fall import as_deep_as_usual, dawn_rise
from analytics.detectors.spells import length_so_far
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
CUT_NIGHTS, ENOUGH_NIGHTS = 0.06, 30
"""Whoever is cut off on more of the nights also leaves home after such a night now and then [K]."""
ALWAYS_A, ALWAYS_DAYS, GONE_SHARE = 0.08, 0.9, 0.1
"""Never less than this on so many of the days in use: something runs day and night. Of that, at
most a tenth is left when the output is dead [K]."""
DAYS_ALWAYS = (7, 3)
"""Home, facility. A family that leaves for some days may unplug the refrigerator as well [K]."""
DAYS_AFTER_CUT = 14
DAYS_FACILITY, DAYS_HOLIDAYS, HOLIDAY = 10, 28, 3
"""A facility that was never seen closed for three days, and one that was: schools have holidays
[K]."""
HISTORY_DAYS, ENOUGH_FACILITY_DAYS = 10, 45
STILL_USED, USE_DAYS, PAST_A, PAST_NIGHTS = 0.7, 10, 0.1, 3
"""A full battery that nobody uses takes little and does not fall at night: with this share of the
panel's earlier energy and mornings no higher, or so much from the battery in the evening, the load
is used past the meter [K]."""
RESTED_V = 0.08
LOOK_BACK = 75
TOGETHER = 3
"""Homes of a village without load at once: a feast elsewhere, a harvest [K]."""
CLOSED, RAN, CUT = 0, 1, 2

Flags = NDArray[np.bool_]
Days = NDArray[np.int64]


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when a load stayed at zero, the battery charged, in a way that no absence explains."""
    most = table.window("load_a_max", day, LOOK_BACK)
    off = _off(table, day, LOOK_BACK)
    days = _days_off(off, np.isfinite(most))
    used = most > USED_A
    usual = high_level(np.where(used, most, np.float32(np.nan)), 0.5, HISTORY_DAYS)[:, 0]
    suspect = (days >= min(DAYS_ALWAYS)) & np.isfinite(usual)
    suspect &= ~facts_of(table.systems).street[:, 0]
    found, sign = np.zeros_like(suspect), np.zeros(suspect.shape, np.float32)
    if suspect.any():
        need, sign = _patience(table, day, days)
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
            "sign": sign,
        },
    )


def _off(table: IndicatorTable, day: int, length: int) -> Flags:
    """Days without any load and with charge for it, shape (systems, days)."""
    evening = np.where(facts_of(table.systems).lead, *CHARGED_V)
    charged = table.window("battery_v_max", day, length) >= DAY_V
    charged &= table.window("lamp_v", day, length) >= evening
    return charged & (table.window("load_a_max", day, length) <= OFF_A)


def _days_off(off: Flags, known: Flags) -> Days:
    """Days without load up to now; days that were not heard neither count nor end it."""
    back, heard = off[:, ::-1], known[:, ::-1]
    since = np.cumsum(heard & ~back, axis=1) == 0
    days = np.count_nonzero(back & heard & since, axis=1)
    return np.where(known[:, -1:].any(axis=1), days, 0)


def _patience(table: IndicatorTable, day: int, days: Days) -> tuple[Floats, Floats]:
    """Days without load that have to pass (infinite without evidence), and by which sign."""
    home = facts_of(table.systems).home[:, 0]
    most = table["load_a_max"][:, : day + 1]
    off = _off(table, day, day + 1)
    closed = (length_so_far(off[:, : max(0, day - int(days.max(initial=0)))]) >= HOLIDAY).any(
        axis=1
    )
    known = np.isfinite(most).sum(axis=1) - days >= ENOUGH_FACILITY_DAYS
    facility = np.where(closed | ~known, DAYS_HOLIDAYS, DAYS_FACILITY)
    ran, cut = _always_ran(table, day), home & _was_cut(table, day, days)
    for code in np.unique(table.village_code[cut]):
        mine = (table.village_code == code) & home
        if np.count_nonzero(off[mine, -1]) >= TOGETHER:
            cut &= ~mine
    need = np.where(home, np.inf, facility)
    need = np.where(cut, DAYS_AFTER_CUT, need)
    need = np.where(ran, np.where(home, *DAYS_ALWAYS), need)
    return need.astype(np.float32), np.where(ran, RAN, np.where(cut, CUT, CLOSED)).astype("f4")


def _always_ran(table: IndicatorTable, day: int) -> Flags:
    """Whether something ran day and night that does not run now, shape (systems,)."""
    most, least = (table.window(n, day, LOOK_BACK) for n in ("load_a_max", "load_a_min"))
    in_use = np.where(most > USED_A, least, np.float32(np.nan))
    always = high_level(in_use, 1.0 - ALWAYS_DAYS, 2 * HISTORY_DAYS)[:, 0]
    return (always > ALWAYS_A) & (most[:, -1:] <= GONE_SHARE * always[:, None]).any(axis=1)


def _still_used(table: IndicatorTable, day: int, days: Days) -> Flags:
    """Whether energy goes on flowing although the meter shows no load: it flows past the meter."""
    evening = night_gaps(table, day, PAST_NIGHTS)[0]
    known = np.isfinite(evening)
    past = np.where(known, evening, 0.0).sum(axis=1) > PAST_A * np.maximum(known.sum(axis=1), 1)
    longest = int(days.max(initial=0))
    now = (day + 1 - min(longest, USE_DAYS), day + 1)
    then = (day - longest - 3 * USE_DAYS, day - longest)
    before = books(table, *then)
    flows = books(table, *now).panel_share(before) > STILL_USED
    flows &= dawn_rise(table, now, then) < RESTED_V
    flows = (flows | as_deep_as_usual(table, now, then)) & before.enough(USE_DAYS)
    return np.where(shows_no_gap(table, day, PAST_NIGHTS), flows, past)


def _was_cut(table: IndicatorTable, day: int, days: Days) -> Flags:
    """Whether the load was last seen at a cut-off voltage, where that is rare; shape (systems,)."""
    last_v = table.values.get("last_load_v")
    if last_v is None:
        return np.zeros(days.shape, bool)
    last_v = last_v[:, : day + 1]
    low = last_v < np.where(facts_of(table.systems).lead, *CUT_V)
    first = np.arange(day + 1) - (day - days)[:, None]
    at_end = (low & ((first == 0) | (first == 1))).any(axis=1)
    before = np.isfinite(last_v) & (first < 0)
    nights = before.sum(axis=1)
    rare = (low & before).sum(axis=1) <= CUT_NIGHTS * nights
    return at_end & rare & (nights >= ENOUGH_NIGHTS)


DETECTOR = Detector(
    fault="controller_load_off",
    title=Text(id="Keluaran beban controller mati", en="Load output off"),
    because=CaseText(
        id="{days} hari tidak ada arus beban (biasanya sampai {usual_a} A) padahal baterai"
        " {battery_v} V, dan di sini tidak biasa tutup begitu lama.",
        en="For {days} days no load current (usually up to {usual_a} A) although the battery stands"
        " at {battery_v} V, and this place is not usually closed for so long.",
        by="sign",
        cases={
            RAN: Text(
                id="{days} hari arus beban nol, juga alat yang selalu menyala siang dan malam"
                " (biasanya sampai {usual_a} A), padahal baterai {battery_v} V.",
                en="For {days} days no load current, not even of what always ran day and night"
                " (usually up to {usual_a} A), although the battery stands at {battery_v} V.",
            ),
            CUT: Text(
                id="Beban diputus karena baterai lemah dan {days} hari tidak menyala lagi, padahal"
                " baterai sudah {battery_v} V. Mungkin keluarga pergi: tanyakan dulu.",
                en="The load was cut off at low voltage and did not come back for {days} days"
                " although the battery stands at {battery_v} V. The family may be away: ask first.",
            ),
        },
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
