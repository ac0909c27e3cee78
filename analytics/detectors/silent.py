"""The device itself is silent."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

SILENT_DAYS = 4
"""Whole local days without a reading. Links in the villages drop for days and come back by
themselves with everything they kept; a job is worth a trip only after that [K]."""
HABIT = 1.5
"""A device that came back from longer gaps before is given this much of its longest gap [K]."""
LONGEST_WAIT_DAYS = 14


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set after 4 silent days, more if the system has a habit of gaps; clear on a day with data."""
    unheard = table["unheard_days"][:, : day + 1]
    now = unheard[:, -1]
    came_back = (unheard[:, 1:] == 0) & (unheard[:, :-1] > 0)
    gap = np.where(came_back, unheard[:, :-1], 0.0)
    longest = gap.max(axis=1, initial=0.0)
    need = np.clip(np.ceil(HABIT * longest), SILENT_DAYS, LONGEST_WAIT_DAYS)
    return Findings(
        set=now >= need,
        clear=(now == 0) & (table["coverage"][:, day] > 0),
        severity=np.clip(0.4 + 0.02 * np.nan_to_num(now), 0.0, 0.7).astype(np.float32),
        evidence={"silent_days": now, "systems_silent": np.ones_like(now)},
    )


DETECTOR = Detector(
    fault="silent",
    title=Text(id="Alat tidak mengirim data", en="Device is silent"),
    because=Text(
        id="Tidak ada data selama {silent_days} hari penuh; {systems_silent} sistem diam bersama"
        " (lebih dari satu: periksa gerbang atau jaringan desa dulu).",
        en="No data for {silent_days} whole days; {systems_silent} systems are silent together"
        " (more than one: look at the gateway or the village's network first).",
    ),
    part=Text(
        id="Kabel komunikasi, sekring 10 A, alat pengirim cadangan",
        en="Communication cable, 10 A fuse, a spare transmitter",
    ),
    check=Text(
        id="Ukur baterai di terminal controller: 12,2-13,5 V berarti listrik ada, periksa kabel"
        " data dan alat pengirim; di bawah 11 V berarti baterai kosong; 0 V berarti sekring atau"
        " kabel putus.",
        en="Measure the battery at the controller: 12.2-13.5 V means power is there, check the data"
        " cable and the transmitter; below 11 V the battery is empty; 0 V means a fuse or cable.",
    ),
    status=SystemStatus.SILENT,
    due_in_days=7.0,
    judge=judge,
)
