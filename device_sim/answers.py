"""The answer sheet: what was wrong, from when to when, and when the battery left homes dark."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from device_sim.fault import Answer
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
    return sorted((a for a in found if a), key=lambda a: (a.serial, a.start_s, a.fault))


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
