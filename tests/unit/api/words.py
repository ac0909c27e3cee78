# ruff: noqa: ISC004
"""Detectors with words like those of the field, so that the pages have something to say."""

import numpy as np

from analytics.detectors.detector import Detector, Findings, Text
from analytics.indicators.table import IndicatorTable
from analytics.tickets.ticket import SystemStatus


def _quiet(table: IndicatorTable, day: int) -> Findings:
    none = np.zeros(len(table.systems), bool)
    return Findings(none, ~none, none.astype(np.float32), {})


def _detector(fault: str, status: SystemStatus, days: float, texts: list[tuple[str, str]]):
    title, because, part, check = (Text(*both) for both in texts)
    return Detector(fault, title, because, part, check, status, days, _quiet)


DETECTORS = {
    d.fault: d
    for d in (
        _detector(
            "battery_degraded",
            SystemStatus.WATCH,
            14,
            [
                ("Baterai melemah", "Battery degraded"),
                (
                    "Baterai hanya menyimpan sekitar {capacity_percent} % kapasitasnya; "
                    "{empty_nights} malam habis dalam dua minggu.",
                    "The battery holds about {capacity_percent} % of its capacity; "
                    "empty on {empty_nights} nights in two weeks.",
                ),
                ("Baterai 12 V 65 Ah, kunci 10 mm", "12 V 65 Ah battery, 10 mm spanner"),
                (
                    "Pagi sebelum matahari, tanpa beban: baterai sehat di atas 12,4 V. Nyalakan "
                    "semua lampu 15 menit: di bawah 11,8 V berarti ganti. Kencangkan terminal.",
                    "Before sunrise, no load: a healthy battery is above 12.4 V. Turn on all "
                    "lamps for 15 minutes: below 11.8 V means replace. Tighten the terminals.",
                ),
            ],
        ),
        _detector(
            "panel_disconnected",
            SystemStatus.FAULT,
            2,
            [
                ("Panel surya terputus", "Panel disconnected"),
                (
                    "Selama {days} hari penuh panel surya hanya {panel_v} V dan {panel_a} A.",
                    "For {days} whole days the panel showed only {panel_v} V and {panel_a} A.",
                ),
                ("Konektor MC4, kabel surya 4 mm2", "MC4 connectors, 4 mm2 solar cable"),
                (
                    "Ukur kabel panel saat cerah: 18-22 V berarti panel baik. "
                    "0 V berarti kabel atau konektor putus.",
                    "Measure the panel cable in the sun: 18-22 V means the panel is good. "
                    "0 V means a broken cable or connector.",
                ),
            ],
        ),
        _detector(
            "silent",
            SystemStatus.SILENT,
            7,
            [
                ("Alat diam", "Device silent"),
                ("Tidak ada data selama {days} hari.", "No data for {days} days."),
                ("Kartu SIM, sekering 2 A", "SIM card, 2 A fuse"),
                ("Lihat lampu indikator alat.", "Look at the device's indicator light."),
            ],
        ),
    )
}
