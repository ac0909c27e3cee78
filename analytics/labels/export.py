"""What technicians found, as labels to train with and as events the detectors may know of."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from analytics.indicators.field_events import FieldEvent, FieldEventKind
from analytics.labels.precision import last_outcomes
from analytics.replay import events
from analytics.replay.moments import iso
from analytics.tickets.outcome import NO_PROBLEM, OutcomeBook
from analytics.tickets.port import TicketFilter
from collector.fleet.port import Fleet

LABEL_COLUMNS = ("serial", "ticket", "fault", "cause", "opened_at", "found_at", "said_by")
_EVENT_OF: Mapping[str, FieldEventKind] = {
    "panel_soiled": FieldEventKind.PANEL_CLEANED,
}
"""What a confirmed cause says was done; of any other only that something was repaired."""


def told_events(book: OutcomeBook) -> list[FieldEvent]:
    """What was done at systems, as far as outcomes tell it: nothing where no problem was found."""
    system_of = {t.number: t.system for t in book.find(TicketFilter(open_only=False))}
    return [
        FieldEvent(
            system_of[number], found.at_s, _EVENT_OF.get(found.cause, FieldEventKind.REPAIRED)
        )
        for number, found in last_outcomes(book).items()
        if found.cause != NO_PROBLEM and number in system_of
    ]


def write_labels(book: OutcomeBook, fleet: Fleet, file: TextIO) -> int:
    """Every ticket that was looked at, one row each, without names; returns how many.

    ``file`` is opened with newline="". The serial is that of the device when the ticket opened.
    """
    writer = csv.writer(file)
    writer.writerow(LABEL_COLUMNS)
    found = last_outcomes(book)
    tickets = [t for t in book.find(TicketFilter(open_only=False)) if t.number in found]
    for t in tickets:
        outcome = found[t.number]
        moments = (iso(t.opened_s), iso(outcome.at_s))
        serial = _serial(fleet, t.system, t.opened_s)
        writer.writerow([serial, t.number, t.fault, outcome.cause, *moments, outcome.said_by.value])
    return len(tickets)


def write_events(book: OutcomeBook, fleet: Fleet, file: TextIO) -> int:
    """What was done, in the form of a replay's events.csv; returns how many rows."""
    writer = csv.writer(file)
    writer.writerow(events.COLUMNS)
    told = sorted(told_events(book), key=lambda e: (e.at_s, e.system))
    for event in told:
        serial = _serial(fleet, event.system, event.at_s)
        writer.writerow([serial, iso(event.at_s), event.kind.value])
    return len(told)


def write_folder(book: OutcomeBook, fleet: Fleet, folder: Path) -> dict[str, int]:
    """labels.csv and events.csv into a folder, which is made; rows of each by path."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, write in (("labels.csv", write_labels), ("events.csv", write_events)):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            written[str(folder / name)] = write(book, fleet, file)
    return written


def _serial(fleet: Fleet, system: str, at_s: float) -> str:
    history = [a for a in fleet.by_system.get(system, ()) if a.from_s <= at_s]
    return history[-1].serial if history else system
