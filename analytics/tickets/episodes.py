"""Each time a ticket called somebody out: its opening, and every time it was opened again."""

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.tickets.ticket import Ticket, TicketEvent

_BEGINS = frozenset({"raised", "reopened"})


@dataclass(frozen=True, slots=True)
class Episode:
    """One span in which a ticket was open, UTC seconds; ``closed_s`` None while it is."""

    opened_s: float
    closed_s: float | None


def episodes(ticket: Ticket, events: Iterable[TicketEvent]) -> list[Episode]:
    """The spans of a ticket from its history, oldest first; at least one.

    A ticket that was said to be done and reopened before it was closed counts as a new call too.
    """
    found: list[Episode] = []
    for event in events:
        if event.what in _BEGINS:
            if found and found[-1].closed_s is None:
                found[-1] = Episode(found[-1].opened_s, event.at_s)
            found.append(Episode(event.at_s, None))
        elif event.what == "closed" and found:
            found[-1] = Episode(found[-1].opened_s, event.at_s)
    return found or [Episode(ticket.opened_s, ticket.closed_s)]
