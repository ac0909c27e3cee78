"""The battery holds much less than it should."""

import numpy as np

from analytics.detectors.battery_capacity import (
    EMPTY_SHARE,
    POOL_NIGHTS,
    empty_nights,
    resistance,
    usable_capacity,
)
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import peers_median
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

SET_SHARE, CLEAR_SHARE, ALONE_SHARE = 0.56, 0.72, 0.46
"""Usable share of the rated capacity: set, gone, and low enough without a second kind of evidence.
Replacement is due below 80 % in stationary practice, 50-60 % in solar home systems [K]."""
RECENT_MARGIN = 0.06
"""The last week alone is noisier than the pool [K]."""
ALONE_NIGHTS = 12
DECLINE, DECLINE_DAYS = 0.2, POOL_NIGHTS
"""Lost by a pool against the one before it: no sensor's offset or wrong registry does that [K]."""
FALLING_SHARE, FALLING = 0.50, 0.35
"""A battery that falls fast is told by its last week, before the pool has followed [K]."""
RESISTANCE_RISE = 1.5
"""Against the neighbours' median, capacity alike: another kind of evidence (B1) [K]."""
EMPTY_NIGHTS = 3
"""Nights of the last 14 that ran empty from full at little use; fewer may be a feast [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when nights that start full fall too deep for what was used, by two kinds of evidence."""
    share, recent, nights = usable_capacity(table, day)
    ohm_ah = resistance(table, day)
    rise = ohm_ah / peers_median(ohm_ah, table.village_code)
    empty, empty_share = empty_nights(table, day)
    before = usable_capacity(table, max(0, day - DECLINE_DAYS))[0]
    before = np.where(np.isfinite(before), before, np.nan)
    low = (share < SET_SHARE) & (recent < SET_SHARE + RECENT_MARGIN)
    worse = (rise > RESISTANCE_RISE) | (before - share > DECLINE) | (empty >= EMPTY_NIGHTS - 1)
    alone = (
        (share < ALONE_SHARE) & (recent < ALONE_SHARE + RECENT_MARGIN) & (nights >= ALONE_NIGHTS)
    )
    falling = (recent < FALLING_SHARE) & (share < CLEAR_SHARE) & (before - recent > FALLING)
    emptied = (empty >= EMPTY_NIGHTS) & (empty_share < EMPTY_SHARE) & ~(share > CLEAR_SHARE)
    found = (low & worse) | alone | falling | emptied
    shown = np.where(np.isfinite(share), share, empty_share).astype(np.float32)
    dark = empty >= EMPTY_NIGHTS
    severity = np.where(dark, 0.85, np.clip(1.2 - shown, 0.3, 0.75))
    return Findings(
        set=found,
        clear=(share > CLEAR_SHARE) & (empty == 0) & ~found,
        severity=np.nan_to_num(severity, nan=0.5).astype(np.float32),
        evidence={
            "capacity_percent": shown * 100.0,
            "nights": nights,
            "resistance_rise": rise.astype(np.float32),
            "empty_nights": empty,
        },
    )


DETECTOR = Detector(
    fault="battery_degraded",
    title=Text(id="Baterai melemah", en="Battery degraded"),
    because=Text(
        id="Dari {nights} malam yang mulai penuh, baterai hanya menyimpan sekitar"
        " {capacity_percent} % kapasitasnya; hambatan {resistance_rise} kali tetangga;"
        " {empty_nights} malam habis dalam dua minggu.",
        en="Over {nights} nights that began full the battery held about {capacity_percent} % of its"
        " capacity; resistance {resistance_rise} times the neighbours'; {empty_nights} nights ran"
        " empty in two weeks.",
    ),
    part=Text(
        id="Baterai 12 V dengan jenis dan Ah yang sama, kunci 10 mm",
        en="12 V battery of the same type and Ah, 10 mm spanner",
    ),
    check=Text(
        id="Pagi sebelum matahari: tanpa beban baterai sehat di atas 12,4 V. Nyalakan semua lampu"
        " 15 menit: turun di bawah 11,8 V berarti baterai diganti. Kencangkan dulu terminalnya.",
        en="Before sunrise, no load: a healthy battery is above 12.4 V. Turn on all lamps for 15"
        " minutes: below 11.8 V means replace. Tighten its terminals first.",
    ),
    status=SystemStatus.WATCH,
    due_in_days=14.0,
    judge=judge,
)
