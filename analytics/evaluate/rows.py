"""Tickets as an evaluation sees them: rows of replay's tickets.csv, or of a ticket book."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analytics.detectors import DETECTORS
from analytics.replay.moments import seconds
from analytics.replay.registry import RecordRegistry
from analytics.tickets.ticket import Ticket, TicketScope
from collector.fleet.port import Fleet


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket; its scope is a system, or a gateway or village whose row stands for all of it.

    ``serials`` are the devices it stands for.
    """

    fault: str
    opened_s: float
    scope: str
    scope_id: str
    serials: frozenset[str]


def read_tickets(path: Path, registry: RecordRegistry) -> list[TicketRow]:
    """Rows of a tickets.csv. Raises KeyError or ValueError where it is none, OSError."""
    members: dict[tuple[str, str], set[str]] = {}
    for s in registry.systems:
        village = (TicketScope.VILLAGE, registry.village_names[s.village])
        members.setdefault(village, set()).add(s.code)
        if gateway := registry.gateways.get(s.code):
            members.setdefault((TicketScope.GATEWAY, gateway), set()).add(s.code)
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [_row(row, members) for row in csv.DictReader(file)]


def _row(row: Mapping[str, str], members: Mapping[tuple[str, str], set[str]]) -> TicketRow:
    scope, scope_id = row["scope"] or TicketScope.SYSTEM, row["scope_id"]
    serials = {row["serial"]}
    if scope in (TicketScope.GATEWAY, TicketScope.VILLAGE):
        serials = members.get((scope, scope_id), set())
    return TicketRow(row["fault"], seconds(row["opened_at"]), scope, scope_id, frozenset(serials))


def ticket_rows(tickets: Iterable[Ticket], fleet: Fleet) -> list[TicketRow]:
    """The book's tickets of our detectors, by the devices that measured the systems then."""
    over: dict[tuple[str, str], set[str]] = {}
    for history in fleet.by_system.values():
        now = history[-1]
        village = (TicketScope.VILLAGE, fleet.by_code[now.system].village)
        over.setdefault(village, set()).add(now.serial)
        if now.gateway:
            over.setdefault((TicketScope.GATEWAY, now.gateway), set()).add(now.serial)
    rows = []
    for ticket in tickets:
        if ticket.fault not in DETECTORS:
            continue
        serials, scope, scope_id = {_device(fleet, ticket)}, TicketScope.SYSTEM, ""
        if ticket.scope is not TicketScope.SYSTEM:
            scope, scope_id = ticket.scope, ticket.scope_id
            serials = over.get((scope, scope_id), serials)
        rows.append(TicketRow(ticket.fault, ticket.opened_s, scope, scope_id, frozenset(serials)))
    return rows


def _device(fleet: Fleet, ticket: Ticket) -> str:
    history = fleet.by_system.get(ticket.system, ())
    before = [a for a in history if a.from_s <= ticket.opened_s]
    return before[-1].serial if before else ticket.system
