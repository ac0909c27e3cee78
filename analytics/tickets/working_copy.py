"""Changes to the ticket book worked out in memory, before they are written."""

from collections.abc import Iterable
from dataclasses import replace

from analytics.tickets.port import Changes
from analytics.tickets.ticket import CLOSED, Ticket, TicketEvent, TicketState

_REOPENED = TicketState.REOPENED


class WorkingCopy:
    """The tickets that a run touches, and what becomes of them.

    ``changed`` holds every ticket to be written, by number; a new one has a number below zero
    until the book gives it one. ``events`` are in the order in which things happened. An event
    tells of what people act on (raised, closed, reopened, another state, reason or deadline);
    evidence and severity, which move a little every night, are written without one.
    """

    def __init__(self, stored: Iterable[Ticket], at_s: float) -> None:
        self._at_s = at_s
        self._now = {t.number: t for t in stored}
        self._open = {(t.system, t.fault): t.number for t in self._now.values() if t.is_open}
        self.changed: dict[int, Ticket] = {}
        self.events: list[TicketEvent] = []

    def apply(self, changes: Changes) -> None:
        """Close, then update, then raise. Raises LookupError for a number that is not stored."""
        for ticket in changes.closed:
            self.close(ticket)
        for ticket in changes.updated:
            self.update(ticket)
        for ticket in changes.raised:
            self.raise_(ticket)

    def raise_(self, ticket: Ticket) -> None:
        """Open a ticket, or bring up to date the one open for this system and fault.

        Work that began goes on: its number, state and opening stay, and a deadline never moves
        further away.
        """
        number = self._open.get((ticket.system, ticket.fault))
        if number is None:
            self._write(
                replace(ticket, number=-1 - len(self.changed), closed_s=None),
                "raised",
                ticket.reason,
            )
            return
        old = self._now[number]
        self.update(
            replace(
                ticket,
                number=number,
                state=old.state,
                opened_s=old.opened_s,
                due_s=min(old.due_s, ticket.due_s),
                closed_s=None,
            )
        )

    def update(self, ticket: Ticket) -> None:
        """Write a ticket anew. A closed one only changes by being reopened."""
        old = self._stored(ticket.number)
        if not ticket.is_open or ticket.state in CLOSED:
            self.close(ticket)
        elif not old.is_open:
            if ticket.state == _REOPENED and (old.system, old.fault) not in self._open:
                self._write(ticket, "reopened", ticket.reason)
        elif ticket.state == _REOPENED != old.state:
            self._write(ticket, "reopened", ticket.reason)
        elif (old.state, old.reason, old.due_s) != (ticket.state, ticket.reason, ticket.due_s):
            moved = f"{old.state} -> {ticket.state}" if old.state != ticket.state else ticket.reason
            self._write(ticket, "updated", moved)
        elif ticket != old:
            self._write(ticket)

    def close(self, ticket: Ticket) -> None:
        """Close a ticket; one that is closed stays as it is."""
        if not self._stored(ticket.number).is_open:
            return
        closed_s = self._at_s if ticket.closed_s is None else ticket.closed_s
        state = ticket.state if ticket.state in CLOSED else TicketState.VERIFIED
        self._write(replace(ticket, state=state, closed_s=closed_s), "closed", ticket.reason)

    def _stored(self, number: int) -> Ticket:
        try:
            return self._now[number]
        except KeyError:
            raise LookupError(f"the book has no ticket {number}") from None

    def _write(self, ticket: Ticket, what: str = "", note: str = "") -> None:
        key = (ticket.system, ticket.fault)
        if ticket.is_open:
            self._open[key] = ticket.number
        else:
            self._open.pop(key, None)
        self._now[ticket.number] = self.changed[ticket.number] = ticket
        if what:
            self.events.append(TicketEvent(ticket.number, self._at_s, what, note))
