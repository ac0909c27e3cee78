"""The battery broke from one day to the next."""

import numpy as np

from analytics.detectors.battery_break import broken
from analytics.detectors.battery_capacity import usable_capacity
from analytics.detectors.battery_emptied import went_out
from analytics.detectors.detector import Detector, Findings, Text
from analytics.indicators.table import IndicatorTable
from analytics.status import SystemStatus

CHARGED_V = 13.7
SOUND_NIGHTS = 2
SOUND_SHARE = 0.7


def judge(table: IndicatorTable, day: int) -> Findings:
    """Set when voltage, charge or nights changed at once as only a broken pack's do."""
    capacity = usable_capacity(table, day)
    seen = broken(table, day)
    lit = ~went_out(table, day, SOUND_NIGHTS) & (
        table.window("night_seen", day, SOUND_NIGHTS) > 0.5
    )
    full = (table.window("battery_v_max", day, SOUND_NIGHTS) >= CHARGED_V).any(axis=1)
    found = seen.any
    return Findings(
        set=found,
        clear=lit.all(axis=1) & full & (capacity.share > SOUND_SHARE) & ~found & ~seen.loose,
        severity=np.full(found.size, 0.9, np.float32),
        evidence={
            "top_v": seen.top_v,
            "usual_top_v": seen.usual_top_v,
            "capacity_percent": capacity.share * np.float32(100.0),
            "empty_nights": capacity.emptied.nights,
        },
    )


DETECTOR = Detector(
    fault="battery_failed_abruptly",
    title=Text(id="Baterai rusak mendadak", en="Battery failed at once"),
    because=Text(
        id="Dari satu hari ke hari berikutnya baterai berubah: tegangan tertinggi {top_v} V"
        " (biasanya {usual_top_v} V), {empty_nights} malam habis, sisa kapasitas sekitar"
        " {capacity_percent} %.",
        en="From one day to the next the battery changed: highest voltage {top_v} V (usually"
        " {usual_top_v} V), {empty_nights} nights ran empty, about {capacity_percent} % of its"
        " capacity left.",
    ),
    part=Text(
        id="Baterai 12 V dengan jenis dan Ah yang sama, kabel dan sepatu kabel, kunci 10 mm",
        en="12 V battery of the same type and Ah, battery cable and lugs, 10 mm spanner",
    ),
    check=Text(
        id="Kencangkan dulu terminal. Lepas baterai dan ukur tanpa beban: 12,4-13,3 V baik; sekitar"
        " 10,5 V berarti satu sel hubung singkat; 0 V berarti BMS terbuka atau kabel putus."
        " Nyalakan lampu 5 menit: turun di bawah 11 V berarti sel putus. Ganti baterainya.",
        en="Tighten the terminals first. Take the battery off, measure without load: 12.4-13.3 V"
        " is good; about 10.5 V means a shorted cell; 0 V an open BMS or a broken cable. Lamps on"
        " for 5 minutes: below 11 V means an open cell. Replace the battery.",
    ),
    status=SystemStatus.FAULT,
    due_in_days=2.0,
    judge=judge,
)
