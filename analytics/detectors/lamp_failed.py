"""A street light stays dark although its battery is full."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import (
    Floats,
    high_level,
    last_seen,
    newest_value,
    peers_median,
    unbroken,
)
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus
from collector.domain.device import Chemistry, Kind

EVENINGS = 2
EVENINGS_NEVER_LIT = 5
"""A light that was never seen lit, and has no lit neighbours, needs more evenings [K]."""
LOOK_BACK = 8
DARK_SHARE, LIT_SHARE = 0.1, 0.5
"""Of its own usual evening current: set and clear levels [K]."""
DARK_A = 0.05
LIT_A = 0.1
BATTERY_V = {Chemistry.LEAD_ACID: 12.6, Chemistry.LFP: 13.0}
"""With this at dusk no controller holds the load off: reconnect is 12.6 V (controller manuals)."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the last two evenings were dark with a charged battery; street lights only."""
    history = table["lamp_a"][:, : day + 1]
    usual = high_level(np.where(history > LIT_A, history, np.nan), 0.5, enough=3)
    neighbours = _lit_neighbours(table, usual[:, 0])
    level = np.where(np.isfinite(usual), usual, neighbours[:, None])
    current = table.window("lamp_a", day, LOOK_BACK)
    volts = table.window("lamp_v", day, LOOK_BACK)
    charged = volts >= np.array([[BATTERY_V[s.battery_chemistry]] for s in table.systems])
    seen = np.isfinite(current) & np.isfinite(volts)
    dark_a = np.fmax(DARK_A, DARK_SHARE * np.nan_to_num(level))
    dark = current <= dark_a
    known = np.isfinite(level[:, 0])
    need = np.where(known, EVENINGS, EVENINGS_NEVER_LIT)
    last = np.where(known[:, None], last_seen(seen, EVENINGS), last_seen(seen, EVENINGS_NEVER_LIT))
    street = np.array([s.kind is Kind.STREET_LIGHT for s in table.systems])
    lit = current >= np.where(np.isfinite(level), LIT_SHARE * level, LIT_A)
    newest = last_seen(seen, 1)
    return Findings(
        set=street & ((dark & charged & last).sum(axis=1) >= need),
        clear=np.any(lit & newest, axis=1),
        severity=np.full(street.size, 0.9, np.float32),
        evidence={
            "lamp_a": newest_value(current, newest),
            "usual_a": level[:, 0].astype(np.float32),
            "battery_v": newest_value(volts, newest),
            "evenings": unbroken(history <= dark_a, np.isfinite(history)),
        },
    )


def _lit_neighbours(table: IndicatorTable, usual: Floats) -> Floats:
    street = np.array([s.kind is Kind.STREET_LIGHT for s in table.systems])
    lamps = np.where(street, np.nan_to_num(usual), np.nan).astype(np.float32)
    found = peers_median(lamps, table.village_code, enough=2)
    return np.where(found > LIT_A, found, np.nan).astype(np.float32)


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
