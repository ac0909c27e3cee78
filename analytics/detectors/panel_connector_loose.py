"""A plug that loses contact: the current falls to nothing and comes back within sunny hours."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import last_seen
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

LOOK_BACK, SEEN_DAYS = 12, 7
"""The last seven days that were seen, of twelve: wind and heat decide whether it shows [K]."""
DROPS, DAYS = 2, 3
"""Dropouts a day, and days of the seven with so many: once is a cloud or a broom. One sample in a
quarter of an hour, and none while a full battery holds the panel back, sees few of them [K]."""
QUIET_DROPS, QUIET_DAYS = 1, 5
"""Gone when each of the last five days had one at most [K]."""
NOON_SEEN = 0.6
"""Share of the midday samples that must be there for a day to count [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when on three of the last seven days the panel alone let go twice or more."""
    drops = table.window("panel_drops", day, LOOK_BACK)
    seen = np.isfinite(drops) & (table.window("noon_seen", day, LOOK_BACK) >= NOON_SEEN)
    loose = (drops >= DROPS) & last_seen(seen, SEEN_DAYS)
    newest = last_seen(seen, QUIET_DAYS)
    quiet = (newest.sum(axis=1) >= QUIET_DAYS) & ~((drops > QUIET_DROPS) & newest).any(axis=1)
    days = loose.sum(axis=1).astype(np.float32)
    found = days >= DAYS
    often = np.where(loose, drops, 0.0).sum(axis=1) / np.maximum(days, 1.0)
    away = np.where(loose, table.window("panel_open_h", day, LOOK_BACK), 0.0).sum(axis=1)
    return Findings(
        set=found,
        clear=quiet & ~found,
        severity=np.clip(0.3 + 0.05 * often, 0.3, 0.8).astype(np.float32),
        evidence={
            "loose_days": days,
            "drops_a_day": often.astype(np.float32),
            "open_h": (away / np.maximum(days, 1.0)).astype(np.float32),
        },
    )


DETECTOR = Detector(
    fault="panel_connector_loose",
    title=Text(id="Kabel longgar di panel surya", en="Loose connector at the panel"),
    because=Text(
        id="Pada {loose_days} dari 7 hari terakhir arus panel surya hilang lalu kembali sekitar"
        " {drops_a_day} kali sehari pada saat cerah, bersama-sama {open_h} jam; tetangga tidak.",
        en="On {loose_days} of the last 7 days the panel's current vanished and came back about"
        " {drops_a_day} times a day in bright light, {open_h} h in all; the neighbours' did not.",
    ),
    part=Text(
        id="Konektor MC4, skun kabel, tang krimping, obeng, selotip kedap air",
        en="MC4 connectors, cable lugs, crimping tool, screwdriver, self-amalgamating tape",
    ),
    check=Text(
        id="Saat cerah ukur tegangan panel surya di terminal controller sambil menggoyang tiap"
        " konektor: harus tetap 13-21 V; bila jatuh ke 0 V, konektor itulah yang longgar.",
        en="In the sun measure the panel voltage at the controller's terminals while wiggling each"
        " connector: it must stay at 13-21 V; the one at which it falls to 0 V is loose.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=7.0,
    judge=judge,
)
