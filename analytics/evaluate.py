"""How good the tickets are, held against an answer sheet: found, missed, false.

A ticket is a row of replay's ``tickets.csv``: its scope is a system (by serial), or a gateway or a
village, whose one row stands for all its systems. Every rule here is that of the fixed formats.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path

from analytics.detectors import DETECTORS
from analytics.tickets.outage_tickets import FOR_GATEWAY, FOR_VILLAGE
from analytics.tickets.ticket import Ticket
from collector.domain.clock import DAY_S
from collector.fleet.port import Fleet

VISIBLE_DAYS = 7.0
"""A fault that shows for less is not asked for."""
LATE_DAYS = 7.0
"""A ticket counts until so long after the end."""
EARLY_DAYS: Mapping[str, float] = {
    "battery_degraded": 60.0,
    "panel_shaded": 30.0,
    "panel_soiled": 21.0,
}
EARLY_DAYS_OTHERWISE = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One fault of one device as it truly was; ``end_s`` is infinite while it goes on."""

    serial: str
    fault: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket as an evaluation sees it. ``serials`` are the devices it stands for."""

    fault: str
    opened_s: float
    scope: str
    scope_id: str
    serials: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """``found[fault]`` = (systems with it, visible for 7 days or more; those of them ticketed).

    ``false`` are tickets on systems that had no fault of any kind; ``missed`` and ``wrong_part``
    list what to look at: faults not found, and tickets on systems that had another fault.
    """

    found: Mapping[str, tuple[int, int]]
    false: tuple[TicketRow, ...]
    missed: tuple[Answer, ...]
    wrong_part: tuple[TicketRow, ...]


def read_answers(path: Path) -> list[Answer]:
    """The answer sheet; an empty end means that the fault went on to the end of the record."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Answer(
                row["serial"],
                row["fault"],
                _seconds(row["start"]),
                _seconds(row["end"]) if row["end"] else inf,
            )
            for row in csv.DictReader(file)
        ]


def ticket_rows(tickets: Iterable[Ticket], fleet: Fleet) -> list[TicketRow]:
    """The book's tickets of our detectors, by the devices that measured the systems then."""
    over: dict[tuple[str, str], set[str]] = {}
    for history in fleet.by_system.values():
        now = history[-1]
        way = _way(fleet, now.system)
        over.setdefault(way, set()).add(now.serial)
    rows = []
    for ticket in tickets:
        if ticket.fault not in DETECTORS:
            continue
        serials, scope, scope_id = {_device(fleet, ticket)}, "system", ""
        if FOR_GATEWAY in ticket.evidence or FOR_VILLAGE in ticket.evidence:
            scope, scope_id = _way(fleet, ticket.system)
            serials = over.get((scope, scope_id), serials)
        rows.append(TicketRow(ticket.fault, ticket.opened_s, scope, scope_id, frozenset(serials)))
    return rows


def score(tickets: Sequence[TicketRow], answers: Sequence[Answer], until_s: float = inf) -> Score:
    """Hold tickets against answers; ``until_s`` is the end of the record."""
    by_serial: dict[str, list[Answer]] = {}
    for answer in answers:
        by_serial.setdefault(answer.serial, []).append(answer)
    asked = {
        (a.serial, a.fault): a
        for a in answers
        if min(a.end_s, until_s) - a.start_s >= VISIBLE_DAYS * DAY_S
    }
    hit = {
        (a.serial, a.fault)
        for t in tickets
        for serial in t.serials
        for a in by_serial.get(serial, ())
        if _counts(t, a)
    }
    faulty = [t for t in tickets if any(serial in by_serial for serial in t.serials)]
    right = {
        id(t) for t in faulty if any(_counts(t, a) for s in t.serials for a in by_serial.get(s, ()))
    }
    faults = sorted({fault for _, fault in asked} | set(DETECTORS))
    return Score(
        found={f: _count(f, asked.keys(), hit) for f in faults},
        false=tuple(t for t in tickets if not any(serial in by_serial for serial in t.serials)),
        missed=tuple(a for key, a in asked.items() if key not in hit),
        wrong_part=tuple(t for t in faulty if id(t) not in right),
    )


def _count(
    fault: str, asked: Iterable[tuple[str, str]], hit: set[tuple[str, str]]
) -> tuple[int, int]:
    mine = [key for key in asked if key[1] == fault]
    return len(mine), sum(key in hit for key in mine)


def _counts(ticket: TicketRow, answer: Answer) -> bool:
    if ticket.fault != answer.fault:
        return False
    early = EARLY_DAYS.get(answer.fault, EARLY_DAYS_OTHERWISE) * DAY_S
    return answer.start_s - early <= ticket.opened_s <= answer.end_s + LATE_DAYS * DAY_S


def _way(fleet: Fleet, code: str) -> tuple[str, str]:
    gateway = fleet.by_system[code][-1].gateway
    return ("gateway", gateway) if gateway else ("village", fleet.by_code[code].village)


def _device(fleet: Fleet, ticket: Ticket) -> str:
    history = fleet.by_system.get(ticket.system, ())
    before = [a for a in history if a.from_s <= ticket.opened_s]
    return before[-1].serial if before else ticket.system


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
