"""The battery holds much less than it should."""

import numpy as np

from analytics.detectors.battery_break import broken
from analytics.detectors.battery_capacity import usable_capacity
from analytics.detectors.battery_nights import rated_ah
from analytics.detectors.battery_steps import resistance_ohm
from analytics.detectors.detector import Detector, Findings, Text
from analytics.detectors.history import peers_median
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

SURE, SURE_WITH_MORE = 0.80, 0.55
"""Probability of holding less than 60 %: alone, and with another kind of evidence [K]."""
CLEAR_SHARE, CLEAR_CHANCE = 0.72, 0.15
ENOUGH_NIGHTS, DEEPER = 8, 0.5
"""Nights, and the share of a worn battery's extra fall that their plain mean must show [K]."""
RESISTANCE_RISE = 1.5
"""Against the neighbours' median, capacity alike: another kind of evidence (B1) [K]."""
DECLINE = 0.2
"""Lost since its first months: no meter's offset and no wrong registry does that [K]."""
EMPTY_NIGHTS = 2
"""Nights of the last four weeks that ran empty from full at little use; one may be a feast [K]."""


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when nights that start full fall too deep for what was used, or run empty on little."""
    capacity = usable_capacity(table, day)
    ohm_ah = resistance_ohm(table, day) * rated_ah(table)[:, 0]
    rise = ohm_ah / peers_median(ohm_ah, table.village_code)
    more = (rise > RESISTANCE_RISE) | (capacity.emptied.nights >= EMPTY_NIGHTS)
    more |= capacity.past_share - capacity.share > DECLINE
    worn = np.nan_to_num(capacity.worn)
    enough = (capacity.nights >= ENOUGH_NIGHTS) & (capacity.deeper > DEEPER)
    enough |= capacity.emptied.nights >= EMPTY_NIGHTS
    found = enough & ((worn > SURE) | ((worn > SURE_WITH_MORE) & more))
    found &= ~broken(table, day).any
    dark = capacity.emptied.nights > EMPTY_NIGHTS
    severity = np.where(dark, 0.85, np.clip(1.2 - capacity.share, 0.3, 0.75))
    return Findings(
        set=found,
        clear=(capacity.share > CLEAR_SHARE) & (worn < CLEAR_CHANCE) & ~found,
        severity=np.nan_to_num(severity, nan=0.5).astype(np.float32),
        evidence={
            "capacity_percent": capacity.share * 100.0,
            "nights": capacity.nights,
            "resistance_rise": rise.astype(np.float32),
            "empty_nights": capacity.emptied.nights,
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
