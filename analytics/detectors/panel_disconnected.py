"""The panel gives nothing at all: unplugged, cut or stolen."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import last_seen, newest_value, peers_by_day
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

DAYS = 2
"""Whole days on which it must hold: one may be somebody washing the panel or moving it [K]."""
DAYS_WITHOUT_VOLTAGE = 3
"""Without a panel voltage the current alone must be missed one day longer [K]."""
LOOK_BACK = 6
NIGHT_V = 5.0
"""Controllers call it night below 5 V of panel voltage (EPSolar, Renogy manuals); any panel in any
daylight is above."""
NO_CURRENT = 0.03
SOME_CURRENT = 0.10
"""Shares of the rated current: below is a sensor's offset, above is a panel at work [K]."""
NOT_CHARGING_V = 13.6
"""A battery nobody charges never gets here; one that does has a panel, whatever the sensor says."""
PEERS_SUNNY = 0.3
"""Neighbours' largest current, of rated, on a day that should have been seen [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when the last two whole days show no panel voltage, no current and no charging."""
    facts = facts_of(table.systems)
    current = table.window("panel_a_max", day, LOOK_BACK) / facts.panel_a
    volts = table.window("panel_v_max", day, LOOK_BACK)
    battery = table.window("battery_v_max", day, LOOK_BACK)
    seen = (table.window("noon_seen", day, LOOK_BACK) >= 0.6) & np.isfinite(battery)
    no_volts = np.all(np.isnan(volts), axis=1, keepdims=True)
    peers = peers_by_day(current, table.village_code)
    uncharged = (current < NO_CURRENT) & (battery < NOT_CHARGING_V)
    dead = uncharged & np.where(no_volts, peers > PEERS_SUNNY, volts < NIGHT_V)
    need = np.where(no_volts[:, 0], DAYS_WITHOUT_VOLTAGE, DAYS)
    last = last_seen(seen, DAYS_WITHOUT_VOLTAGE) if no_volts.all() else last_seen(seen, DAYS)
    last = np.where(no_volts, last_seen(seen, DAYS_WITHOUT_VOLTAGE), last)
    newest = last_seen(seen, 1)
    found = (dead & last).sum(axis=1) >= need
    works = (current > SOME_CURRENT) | (battery >= NOT_CHARGING_V)
    return Findings(
        set=found,
        clear=(works & newest).any(axis=1) & ~found,
        severity=np.full(found.size, 0.9, np.float32),
        evidence={
            "panel_v": newest_value(volts, newest),
            "panel_a": newest_value(current * facts.panel_a, newest),
            "battery_v": newest_value(battery, newest),
            "days": need.astype(np.float32),
        },
    )


DETECTOR = Detector(
    fault="panel_disconnected",
    title=Text(id="Panel surya terputus", en="Panel disconnected"),
    because=Text(
        id="Selama {days} hari penuh panel surya hanya {panel_v} V dan {panel_a} A pada siang hari;"
        " baterai tidak mengisi (tertinggi {battery_v} V).",
        en="For {days} whole days the panel showed at most {panel_v} V and {panel_a} A at midday;"
        " the battery was not charged (at most {battery_v} V).",
    ),
    part=Text(
        id="Konektor MC4, kabel surya 4 mm2, tang krimping; panel surya bila hilang",
        en="MC4 connectors, 4 mm2 solar cable, crimping tool; a panel if it is gone",
    ),
    check=Text(
        id="Ukur kabel panel surya yang dilepas dari controller saat cerah: 18-22 V berarti panel"
        " surya baik, periksa terminal; 0 V berarti kabel atau konektor putus.",
        en="In the sun measure the panel cable taken off the controller: 18-22 V means the panel is"
        " good, check the terminal; 0 V means a broken cable or connector.",
    ),
    status=SystemStatus.FAULT,
    due_in_days=2.0,
    judge=judge,
)
