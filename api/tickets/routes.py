"""GET /api/v1/tickets: the list, one ticket, its history."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from analytics.tickets.port import TicketFilter
from api.dependencies import ServicesDep, ViewDep
from api.problems.schemas import INVALID, MISSING
from api.tickets.schemas import EventOut, EventsOut, TicketOut, TicketQuery, TicketsOut
from api.tickets.service import HIGHEST_NUMBER, find_tickets, known_ticket
from api.tickets.words import words_of

router = APIRouter(prefix="/api/v1", tags=["tickets"])

Number = Annotated[int, Path(ge=1, le=HIGHEST_NUMBER, examples=[214])]


@router.get("/tickets", summary="Tickets with their evidence", responses=INVALID)
def tickets(
    services: ServicesDep, view: ViewDep, asked: Annotated[TicketQuery, Query()]
) -> TicketsOut:
    """By ascending number, a page at a time."""
    snapshot = view.now()
    wanted = TicketFilter(
        faults=frozenset(asked.fault),
        open_only=asked.open,
        after_number=asked.cursor,
        limit=asked.limit,
    )
    page, next_cursor = find_tickets(services, snapshot, wanted, asked.village)
    items = [TicketOut.of(t, words_of(t.fault, services.detectors), snapshot) for t in page]
    return TicketsOut(items=items, next_cursor=next_cursor)


@router.get("/tickets/{number}", summary="One ticket", responses=MISSING)
def ticket(services: ServicesDep, view: ViewDep, number: Number) -> TicketOut:
    """With its evidence in numbers and in the detector's words."""
    found = known_ticket(services.book, number)
    return TicketOut.of(found, words_of(found.fault, services.detectors), view.now())


@router.get("/tickets/{number}/events", summary="A ticket's history", responses=MISSING)
def events(services: ServicesDep, number: Number) -> EventsOut:
    """Oldest first."""
    found = known_ticket(services.book, number)
    return EventsOut(items=[EventOut.of(e) for e in services.book.events(found.number)])
