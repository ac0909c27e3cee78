"""A meter that is off, hangs or reads on another scale: what it shows cannot be."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.cases import CaseText
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.energy_books import books
from analytics.detectors.history import (
    Floats,
    high_level,
    last_seen,
    lasts,
    mean_known,
    newest_value,
)
from analytics.detectors.meter_gaps import night_gaps
from analytics.detectors.voltage_step import voltage_step
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

NIGHTS, LOOK_BACK = 3, 8
SET_A, CLEAR_A = 0.1, 0.05
"""A ticket only above 0.1 A; less is put right by subtraction."""
STEADY_A, STEADY_SHARE = 0.04, 0.35
"""A meter that is off shows the same gap in the evening and after midnight; people do not [K]."""
STUCK_SHARE, STUCK_DAYS = 0.6, 2
BOOK_DAYS = 12
"""Days in a row, each seen whole: a sunny day left out would leave its night's use in [K]."""
MORE_OUT = 1.15
"""Load over panel energy between full batteries: a battery gives back 0.8-0.97 of what it got."""
SMALL_WH, EVENINGS = 20.0, 1.5
FULL_H = 0.25
NO_PANEL_A, NO_PANEL_H, CHARGED_V, PANEL_V, USED_WH = 0.03, 0.1, 13.9, 11.0, 5.0
"""A battery that is used is charged to its limit, but the panel's meter shows less than 3 % of the
rated current at its best, and less in a day than the rated current in six minutes: a full battery's
panel works for minutes, between readings [K]."""
TOO_MUCH = 1.9
"""Times the rated current: no cloud's edge doubles the sun."""
PAST_DAYS, AGO_DAYS, PAST_NIGHTS = 75, 12, 10
IDLE_A = 0.1
"""What comes suddenly is a fault; what always was may be how a system is built [K]."""
PANEL, LOAD, VOLTAGE, BOOKS, DEAD, SCALE, STEP = 1, 2, 3, 4, 5, 6, 7


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when a meter shows, for days, what cannot be; the clear level asks for all to be well."""
    night = table.window("night_panel_a", day, LOOK_BACK)
    evening, quiet = night_gaps(table, day, LOOK_BACK)
    step = np.abs(quiet - _usual_gap(table, day))
    steady = np.abs(evening - quiet) < STEADY_A + STEADY_SHARE * np.abs(quiet)
    stuck_v, stuck_panel = _stuck(table, day, "stuck_v"), _stuck(table, day, "stuck_panel")
    stepped, step_v = voltage_step(table, day)
    signs = {
        VOLTAGE: stuck_v,
        STEP: stepped,
        PANEL: lasts(np.abs(night) > SET_A, np.isfinite(night), NIGHTS) | stuck_panel,
        SCALE: _too_much(table, day),
        DEAD: _dead_panel_meter(table, day),
        LOAD: lasts((step > SET_A) & (np.abs(quiet) > SET_A) & steady, np.isfinite(step), NIGHTS),
        BOOKS: _more_out(table, day),
    }
    which = np.zeros(len(table.systems), np.float32)
    for code, sign in reversed(signs.items()):
        which[sign] = code
    found = which > 0
    at_night, gap = _newest(night), _newest(quiet)
    off_a = np.where(which == LOAD, gap, at_night).astype(np.float32)
    well = ~(np.abs(at_night) > CLEAR_A) & ~(np.abs(gap) > SET_A)
    well &= table.window("stuck_v", day, 1)[:, 0] + table.window("stuck_panel", day, 1)[:, 0] == 0
    return Findings(
        set=found,
        clear=well & ~found & (table["coverage"][:, day] > 0.5),
        severity=np.full(found.size, 0.3, np.float32),
        evidence={
            "meter": which,
            "off_a": off_a,
            "off_v": step_v,
            "days": np.full_like(which, NIGHTS),
        },
    )


def _usual_gap(table: IndicatorTable, day: int) -> Floats:
    """Mean gap of the small hours before the last fortnight, (systems, 1); 0 while unknown.

    An inverter that idles on the battery is no fault, if it always did. While there is no past, the
    step asked for is larger by what such things draw.
    """
    before = table["gap_quiet_a"][:, max(0, day - PAST_DAYS) : max(0, day - AGO_DAYS)]
    told = np.isfinite(before).sum(axis=1, keepdims=True) >= PAST_NIGHTS
    now = table.window("gap_quiet_a", day, LOOK_BACK)
    idle = np.sign(np.where(np.isfinite(now), now, 0.0).sum(axis=1, keepdims=True)) * IDLE_A
    return np.where(told, mean_known(before)[:, None], idle).astype(np.float32)


def _too_much(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Far above the rated current, and that is new: a registry may have the wrong panel."""
    high = _all_of(table.window("panel_a_max", day, NIGHTS) / _rated(table) > TOO_MUCH)
    if not high.any():
        return high
    share = table["panel_a_max"][:, : day + 1] / _rated(table)
    usual = high_level(share[:, max(0, day - PAST_DAYS) : max(0, day - AGO_DAYS)], 0.8, PAST_NIGHTS)
    return high & (usual[:, 0] < TOO_MUCH / 1.5)


def _rated(table: IndicatorTable) -> Floats:
    return facts_of(table.systems).panel_a


def _newest(values: Floats) -> Floats:
    return newest_value(values, last_seen(np.isfinite(values), 1))


def _all_of(flag: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return flag.all(axis=1) & (flag.shape[1] >= NIGHTS)


def _stuck(table: IndicatorTable, day: int, name: str) -> NDArray[np.bool_]:
    stuck = table.window(name, day, NIGHTS) > STUCK_SHARE
    return stuck.sum(axis=1) >= STUCK_DAYS


def _dead_panel_meter(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """The battery is charged under a lit panel, yet the panel's meter shows nothing."""
    shown = table.window("panel_a_max", day, NIGHTS) / _rated(table) < NO_PANEL_A
    shown &= table.window("panel_ah", day, NIGHTS) / _rated(table) < NO_PANEL_H
    lit = table.window("panel_v_max", day, NIGHTS) > PANEL_V
    full = table.window("full_h", day, NIGHTS) > FULL_H
    charged = table.window("battery_v_max", day, NIGHTS) > CHARGED_V
    used = table.window("load_wh", day, NIGHTS)
    more = used > np.maximum(USED_WH, MORE_OUT * table.window("panel_wh", day, NIGHTS))
    return _all_of(shown & lit & charged & full & more)


def _more_out(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """More energy to the load than from the panel while the battery went from full to full."""
    full = table.window("full_h", day, BOOK_DAYS) > FULL_H
    if full.shape[1] < BOOK_DAYS:
        return np.zeros(len(table.systems), bool)
    sums = books(table, day + 1 - BOOK_DAYS, day + 1)
    # Full by day, and then an evening's use: the last one may come out of the battery.
    evening = np.fmax.reduce(table.window("load_wh", day, BOOK_DAYS), axis=1)
    excess = sums.load_wh - MORE_OUT * sums.panel_wh
    more = excess * BOOK_DAYS > EVENINGS * evening + SMALL_WH
    more &= full[:, :2].any(axis=1) & full[:, -2:].all(axis=1) & sums.enough(BOOK_DAYS)
    if not more.any():
        return more
    then = books(table, day - PAST_DAYS, day - BOOK_DAYS - AGO_DAYS)
    usual = np.where(then.enough(PAST_NIGHTS), then.load_wh / np.maximum(then.panel_wh, 1.0), 1.3)
    return more & (sums.load_wh > MORE_OUT * np.maximum(usual, 1.0) * sums.panel_wh)


DETECTOR = Detector(
    fault="sensor_fault",
    title=Text(id="Sensor salah ukur", en="Meter wrong"),
    because=CaseText(
        id="Angka alat ukur tidak mungkin.",
        en="What a meter shows cannot be.",
        by="meter",
        cases={
            PANEL: Text(
                id="Arus panel surya menunjukkan {off_a} A pada malam hari, atau nilai yang sama"
                " siang dan malam.",
                en="The panel's current reads {off_a} A at night, or the same day and night.",
            ),
            LOAD: Text(
                id="{days} malam arus baterai dan arus beban berbeda {off_a} A, tetap sepanjang"
                " malam.",
                en="For {days} nights battery and load current differ by {off_a} A, all night"
                " long.",
            ),
            STEP: Text(
                id="Sejak suatu hari semua tegangan baterai, siang dan pagi, bergeser {off_v} V.",
                en="From one day on all battery voltages, by day and at dawn, are off by {off_v}"
                " V.",
            ),
            VOLTAGE: Text(
                id="Tegangan baterai tidak berubah siang dan malam.",
                en="The battery's voltage does not change by day and night.",
            ),
            BOOKS: Text(
                id="Beban memakai lebih banyak energi daripada yang diberi panel surya, padahal"
                " baterai tetap penuh.",
                en="The load takes more energy than the panel gives, yet the battery stays full.",
            ),
            DEAD: Text(
                id="Baterai terisi penuh, tetapi arus panel surya menunjukkan nol.",
                en="The battery is charged full, but the panel's current reads nothing.",
            ),
            SCALE: Text(
                id="Arus panel surya jauh di atas yang mungkin: skala salah.",
                en="The panel's current is far above what is possible: wrong scale.",
            ),
        },
    ),
    part=Text(
        id="Tang amper DC, multimeter, solar charge controller cadangan",
        en="DC clamp meter, multimeter, a spare solar charge controller",
    ),
    check=Text(
        id="Bandingkan dengan alat sendiri: tang amper pada kabel panel surya, beban dan baterai"
        " (selisih di bawah 0,1 A; malam hari panel surya 0 A), multimeter pada baterai (12-14,4 V,"
        " selisih di bawah 0,1 V). Sistem tetap bekerja: ganti controller hanya bila angkanya"
        " salah.",
        en="Compare with your own meters: a clamp on the panel, load and battery cable (within"
        " 0.1 A; at night the panel gives 0 A), a multimeter at the battery (12-14.4 V, within"
        " 0.1 V). The system works on: replace the controller only if its numbers are wrong.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=21.0,
    judge=judge,
)
