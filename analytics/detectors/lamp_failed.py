"""A street light stays dark although its battery is full."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import last_seen, newest_value, peers_by_day, unbroken
from analytics.detectors.lamp_history import (
    LIT_A,
    Flags,
    charged,
    of_neighbours,
    usual_current,
)
from analytics.detectors.street_lights import street_lights_only
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

EVENINGS = 2
USUAL_DAYS = 120
EVENINGS_NEVER_LIT = 5
"""A light that was never seen lit, and has no lit neighbours, needs more evenings [K]."""
LOOK_BACK = 8
DARK_SHARE, LIT_SHARE = 0.1, 0.5
"""Of its own usual evening current: set and clear levels [K]."""
DARK_A = 0.05
NEIGHBOURS_DARK = 0.5
"""When most lamps of a village stay dark with charged batteries, somebody turned them off: a feast,
a vote, a night of silence [K]."""


@street_lights_only
def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the last two evenings were dark with a charged battery; street lights only."""
    history = table.window("lamp_a", day, USUAL_DAYS)
    level = usual_current(table, day, 0, USUAL_DAYS)
    known = np.isfinite(level[:, 0])
    if not known.all():
        neighbours = of_neighbours(table, level[:, 0])
        level = np.where(known[:, None], level, neighbours[:, None])
        known = np.isfinite(level[:, 0])
    current = table.window("lamp_a", day, LOOK_BACK)
    volts = table.window("lamp_v", day, LOOK_BACK)
    seen = np.isfinite(current) & np.isfinite(volts)
    dark_a = np.fmax(DARK_A, DARK_SHARE * np.nan_to_num(level))
    dark = current <= dark_a
    need = np.where(known, EVENINGS, EVENINGS_NEVER_LIT)
    last = np.where(known[:, None], last_seen(seen, EVENINGS), last_seen(seen, EVENINGS_NEVER_LIT))
    told = dark & charged(table, day, LOOK_BACK) & last
    told &= ~_all_dark(table, dark, seen, told.sum(axis=1) >= need)
    lit = current >= np.where(np.isfinite(level), LIT_SHARE * level, LIT_A)
    newest = last_seen(seen, 1)
    return Findings(
        set=(told.sum(axis=1) >= need),
        clear=np.any(lit & newest, axis=1),
        severity=np.full(len(table.systems), 0.9, np.float32),
        evidence={
            "lamp_a": newest_value(current, newest),
            "usual_a": level[:, 0].astype(np.float32),
            "battery_v": newest_value(volts, newest),
            "evenings": unbroken(history <= dark_a, np.isfinite(history)),
        },
    )


def _all_dark(table: IndicatorTable, dark: Flags, seen: Flags, asked: Flags) -> Flags:
    """Evenings on which most other lamps of the village of those asked for were dark as well."""
    found = np.zeros(dark.shape, bool)
    rows = np.flatnonzero(np.isin(table.village_code, np.unique(table.village_code[asked])))
    share = np.where(seen, dark, np.nan).astype(np.float32)[rows]
    found[rows] = peers_by_day(share, table.village_code[rows], enough=2) > NEIGHBOURS_DARK
    return found


DETECTOR = Detector(
    fault="lamp_failed",
    title=Text(id="Lampu jalan mati", en="Street light dark"),
    because=Text(
        id="{evenings} malam berturut-turut lampu hanya {lamp_a} A (biasanya {usual_a} A), padahal"
        " baterai {battery_v} V.",
        en="For {evenings} evenings the lamp drew {lamp_a} A (usually {usual_a} A) although the"
        " battery stood at {battery_v} V.",
    ),
    part=Text(
        id="Modul LED dan driver yang sama, konektor kabel",
        en="LED module and driver of the same type, cable connectors",
    ),
    check=Text(
        id="Tutup panel surya agar controller mengira malam. Ukur terminal beban: 12-13,5 V berarti"
        " lampu atau kabelnya rusak; 0 V berarti keluaran controller rusak.",
        en="Cover the panel so that the controller sees night. Measure the load terminal: 12-13.5 V"
        " means the lamp or its cable failed; 0 V means the controller's output did.",
    ),
    status=SystemStatus.FAULT,
    due_in_days=2.0,
    judge=judge,
)
