"""The answer sheet of a record: what was wrong, from when to when, when it left a home dark."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path

from analytics.replay.moments import seconds
from collector.domain.clock import DAY_S

EARLY_DAYS: Mapping[str, float] = {
    "battery_degraded": 60.0,
    "panel_shaded": 30.0,
    "panel_soiled": 21.0,
}
"""Slow faults may be told so long before the day on which they count as begun."""
EARLY_DAYS_OTHERWISE = 1.0
LATE_DAYS = 7.0
"""A ticket counts until so long after the end."""
ABRUPT = "battery_failed_abruptly"


@dataclass(frozen=True, slots=True)
class Answer:
    """One fault of one device as it truly was.

    ``end_s`` is infinite while it goes on. ``dark_from_s`` is the day on which it left the home
    dark because of the battery, NaN where it did not.
    """

    serial: str
    fault: str
    start_s: float
    end_s: float
    dark_from_s: float = nan

    def covers(self, time_s: float) -> bool:
        """Whether a ticket opened at this moment may be about it."""
        early_s = EARLY_DAYS.get(self.fault, EARLY_DAYS_OTHERWISE) * DAY_S
        return self.start_s - early_s <= time_s <= self.end_s + LATE_DAYS * DAY_S


def read_answers(path: Path) -> list[Answer]:
    """The answer sheet; an empty end means that the fault went on to the end of the record.

    Raises KeyError or ValueError where the file is no answer sheet, OSError.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [
            Answer(
                row["serial"],
                row["fault"],
                seconds(row["start"]),
                seconds(row["end"]) if row["end"] else inf,
                seconds(row["dark_from"]) if row.get("dark_from") else nan,
            )
            for row in csv.DictReader(file)
        ]


@dataclass(frozen=True, slots=True)
class Darkness:
    """The first day (since 1970) on which the battery left a home dark; infinite if it did not."""

    day: float = inf
    abrupt: bool = False


def first_darkness(answers: Iterable[Answer]) -> dict[str, Darkness]:
    """When and how the battery first left each home dark, by serial; none where it never did."""
    found: dict[str, Darkness] = {}
    for a in answers:
        day = a.dark_from_s // DAY_S
        if day < found.get(a.serial, Darkness()).day:
            found[a.serial] = Darkness(day, a.fault == ABRUPT)
    return found
