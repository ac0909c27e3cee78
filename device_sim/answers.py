"""The answer sheet: what was wrong, from when to when, and when the battery left homes dark."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from device_sim.darkness import WORN_TO_DARK
from device_sim.fault import Answer
from device_sim.faults.battery_degraded import worn_answers
from device_sim.faults.silent import CODE as SILENT
from device_sim.timeline import Timeline

COLUMNS = ("serial", "fault", "start", "end", "severity", "dark_from")


def answers_of(timeline: Timeline, end_s: float) -> list[Answer]:
    """Every answer that a record ending at ``end_s`` supports, by serial and start."""
    by_code = {fault.code: fault for fault in timeline.lot.faults}
    rows = {serial: row for row, serial in enumerate(timeline.fleet.serials)}
    found = []
    for episode in timeline.episodes:
        truth = timeline.record.of_system(rows[episode.serial], timeline.start_s, end_s)
        found.append(by_code[episode.fault].answer(episode, truth))
    found += _worn_by_use(timeline, end_s)
    return sorted((a for a in found if a), key=lambda a: (a.serial, a.start_s, a.fault))


def _worn_by_use(timeline: Timeline, end_s: float) -> list[Answer]:
    """Batteries that wore out with no fault of their own but silence to explain it."""
    days = timeline.record.days
    if not days:
        return []
    lowest = np.min([d.capacity for d in days], axis=0)
    struck = {e.serial for e in timeline.episodes if e.fault != SILENT}
    found: list[Answer] = []
    for row in np.flatnonzero(lowest < WORN_TO_DARK):
        serial = timeline.fleet.serials[row]
        if serial not in struck:
            truth = timeline.record.of_system(int(row), timeline.start_s, end_s)
            found += worn_answers(serial, truth)
    return found


def write_answers(answers: Iterable[Answer], path: Path) -> None:
    """Write the sheet as CSV, times in ISO 8601 (UTC); what goes on has no end."""
    partial = path.with_name(path.name + ".part")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for a in answers:
            times = [_iso(t) for t in (a.start_s, a.end_s, a.dark_from_s)]
            writer.writerow([a.serial, a.fault, *times[:2], f"{a.severity:.3f}", times[2]])
    partial.replace(path)


def _iso(time_s: float | None) -> str:
    if time_s is None:
        return ""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
