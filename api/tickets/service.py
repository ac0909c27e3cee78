"""Which tickets there are, by place and deadline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from analytics.detectors.detector import Text
from analytics.tickets.port import TicketBook, TicketFilter
from analytics.tickets.ticket import Ticket
from api.fleet.service import known_village
from api.fleet.snapshot import Snapshot
from api.problems.catalogue import INVALID_REQUEST, UNKNOWN_TICKET, ProblemError
from api.services import Services
from collector.domain.clock import local_day
from collector.domain.device import System

WEEK_DAYS = 7
HIGHEST_NUMBER = 2**31 - 1
"""Ticket numbers are 32-bit in the database."""


class Due(StrEnum):
    """When a ticket falls due, by the village's own calendar day."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Job:
    """An open ticket with its place and how urgent it is."""

    ticket: Ticket
    system: System
    due: Due


def due_of(ticket: Ticket, now_s: float, timezone: str) -> Due:
    """Overdue, today, within the seven days that begin today, or later."""
    if ticket.due_s < now_s:
        return Due.OVERDUE
    today = local_day(now_s, timezone)
    day = local_day(ticket.due_s, timezone)
    if day == today:
        return Due.TODAY
    return Due.WEEK if day < today + timedelta(days=WEEK_DAYS) else Due.LATER


def jobs(snapshot: Snapshot, village: str | None = None, fault: str | None = None) -> list[Job]:
    """Open tickets of registered systems by deadline. Raises ProblemError on an unknown village."""
    name = known_village(snapshot, village).name if village else None
    found = []
    for ticket in snapshot.open_tickets:
        system = snapshot.fleet.by_code.get(ticket.system)
        if system is None or (name and system.village != name) or (fault and ticket.fault != fault):
            continue
        timezone = snapshot.village(system).timezone
        found.append(Job(ticket, system, due_of(ticket, snapshot.at_s, timezone)))
    return sorted(found, key=lambda job: (job.ticket.due_s, job.ticket.number))


def by_place(found: Iterable[Job]) -> list[Job]:
    """Jobs of one village together, of one hamlet within it; places in order of first deadline.

    Expects jobs by deadline, and keeps that order inside a hamlet.
    """
    listed = list(found)
    villages: dict[str, int] = {}
    hamlets: dict[tuple[str, str], int] = {}
    for job in listed:
        villages.setdefault(job.system.village, len(villages))
        hamlets.setdefault((job.system.village, job.system.hamlet), len(hamlets))
    return sorted(
        listed,
        key=lambda job: (
            villages[job.system.village],
            hamlets[job.system.village, job.system.hamlet],
        ),
    )


def known_ticket(book: TicketBook, number: int) -> Ticket:
    """The ticket of a number. Raises ProblemError when there is none."""
    ticket = book.get(number) if 0 < number <= HIGHEST_NUMBER else None
    if ticket is None:
        raise ProblemError(
            UNKNOWN_TICKET,
            Text(f"Tiket {number} tidak ada.", f"There is no ticket {number}."),
        )
    return ticket


def tickets_of_system(book: TicketBook, code: str) -> list[Ticket]:
    """Every ticket a system ever had, the newest first."""
    wanted = TicketFilter(systems=frozenset({code}), open_only=False)
    return sorted(book.find(wanted), key=lambda t: -t.opened_s)


def find_tickets(
    services: Services, snapshot: Snapshot, wanted: TicketFilter, village: str | None
) -> tuple[Sequence[Ticket], int | None]:
    """A page of tickets by number and the cursor of the next one (None on the last).

    Raises ProblemError on an unknown village or fault.
    """
    unknown = sorted(f for f in wanted.faults if f not in services.detectors)
    if unknown:
        raise ProblemError(
            INVALID_REQUEST,
            Text(
                f"Jenis gangguan ini tidak dikenal: {', '.join(unknown)}.",
                f"No such fault: {', '.join(unknown)}.",
            ),
        )
    systems = None
    if village is not None:
        name = known_village(snapshot, village).name
        systems = frozenset(s.code for s in snapshot.systems_of[name])
    one_more = TicketFilter(
        systems, wanted.faults, wanted.open_only, wanted.after_number, wanted.limit + 1
    )
    found = services.book.find(one_more)
    page = found[: wanted.limit]
    return page, page[-1].number if len(found) > wanted.limit else None
