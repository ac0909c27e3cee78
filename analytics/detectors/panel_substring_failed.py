"""Part of the panel's cells is bypassed or dead: a half or a third of its voltage is gone."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import (
    Floats,
    high_level,
    last_seen,
    lasts,
    newest_value,
    peers_by_day,
)
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

DAYS, DAYS_PART = 2, 3
"""Sunny days in a row, more where only a part is gone: diodes and cells do not come back [K]."""
LOOK_BACK = 10
NIGHT_V = 5.0
"""Below it is night for a controller, or the panel is away (EPSolar, Renogy manuals)."""
BELOW_BATTERY_V = 0.5
"""In the sun a sound panel of 36 cells is above its battery, whatever is done with it; half of one
gives some 9 V and charges nothing [K]."""
NO_CURRENT = 0.10
"""Share of the rated current; less than this is no charging in the sun [K]."""
SUNNY = 0.3
"""Neighbours' largest current, of rated, on a day that counts [K]."""
LOST_VOLTS, WHOLE_VOLTS = 0.80, 0.90
"""Highest panel voltage, of the usual: a third of three strings is gone (Solmetric: a multiple of
Voc/n), or it is whole; heat moves it by some 5 % [K]."""
LOST_CURRENT, SINCE_DAYS = 0.70, 4
"""Behind a PWM controller a panel that is merely not held back is low too, but gives its current:
one with a third less gives less than this of what it gave beside the neighbours until four days
ago. Dirt does not come so fast [K]."""
ENOUGH_DUE = 0.35
"""Sun on a day, in hours of rated current, for a day's ratio [K]."""
NOON_SEEN = 0.6
"""Share of the midday samples that must be there for a day to count [K]."""
USUAL_DAYS, USUAL_ENOUGH = 60, 7


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when two sunny days show too little voltage for the battery, or a third less."""
    volts, usual = _recent(table, day, "panel_v_max")
    amps = table.window("panel_a_max", day, LOOK_BACK)
    current = amps / facts_of(table.systems).panel_a
    battery = table.window("battery_v_max", day, LOOK_BACK)
    seen = table.window("noon_seen", day, LOOK_BACK) >= NOON_SEEN
    sunny = seen & (volts > NIGHT_V) & ~(peers_by_day(current, table.village_code) < SUNNY)
    below = sunny & (volts < battery - BELOW_BATTERY_V) & (current < NO_CURRENT)
    part = sunny & (volts < LOST_VOLTS * usual) & _less_behind_it(table, day)
    halved = lasts(below, sunny, DAYS)
    found = halved | lasts(part, sunny, DAYS_PART)
    newest = last_seen(sunny, 1)
    whole = newest & (volts >= WHOLE_VOLTS * usual)
    shown = newest_value(volts, newest)
    return Findings(
        set=found,
        clear=whole.any(axis=1) & ~found,
        severity=np.where(halved, 0.9, 0.6).astype(np.float32),
        evidence={
            "panel_v": shown,
            "usual_v": usual[:, 0],
            "share_percent": 100.0 * shown / usual[:, 0],
            "panel_a": newest_value(amps, newest),
            "days": np.where(halved, DAYS, DAYS_PART).astype(np.float32),
        },
    )


def _less_behind_it(table: IndicatorTable, day: int) -> NDArray[np.bool_]:
    """Whether the voltage at full power, or the current beside the neighbours', fell at once.

    Shape (systems, days).
    """
    volts, usual_volts = _recent(table, day, "panel_free_v")
    given, due = (
        np.nan_to_num(table.window(name, day, LOOK_BACK)) for name in ("panel_given", "panel_due")
    )
    before = max(given.shape[1] - SINCE_DAYS, 0)
    share = given / np.where(due > ENOUGH_DUE, due, np.nan)
    ought = due[:, :before].sum(axis=1, keepdims=True)
    usual = given[:, :before].sum(axis=1, keepdims=True) / np.where(
        ought > ENOUGH_DUE, ought, np.nan
    )
    return (volts < LOST_VOLTS * usual_volts) | (share < LOST_CURRENT * usual)


def _recent(table: IndicatorTable, day: int, name: str) -> tuple[Floats, Floats]:
    """The last days' values and the usual of two months, (systems, days) and (systems, 1)."""
    usual = high_level(table.window(name, day, USUAL_DAYS), 0.75, USUAL_ENOUGH)
    return table.window(name, day, LOOK_BACK), usual


DETECTOR = Detector(
    fault="panel_substring_failed",
    title=Text(id="Sebagian sel panel surya mati", en="Part of the panel's cells dead"),
    because=Text(
        id="Selama {days} hari cerah tegangan panel surya paling tinggi {panel_v} V (biasanya"
        " {usual_v} V) dan arusnya paling tinggi {panel_a} A.",
        en="On {days} sunny days the panel's voltage was at most {panel_v} V (usually {usual_v} V)"
        " and its current at most {panel_a} A.",
    ),
    part=Text(
        id="Dioda bypass untuk kotak sambungan, obeng; panel surya pengganti yang sama",
        en="Bypass diodes for the junction box, screwdriver; a replacement panel of the same kind",
    ),
    check=Text(
        id="Lepas panel surya dari controller dan ukur saat cerah: 18-22 V berarti baik. Sekitar"
        " 9-11 V (atau dua pertiga dari biasanya): buka kotak sambungan, lepas dioda; bila"
        " tegangan tetap rendah, ganti panel surya.",
        en="Take the panel off the controller and measure in the sun: 18-22 V is good. About 9-11 V"
        " (or two thirds of the usual): open the junction box and lift the diodes; if the voltage"
        " stays low, replace the panel.",
    ),
    status=SystemStatus.FAULT,
    due_in_days=3.0,
    judge=judge,
)
