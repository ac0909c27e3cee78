"""Changes to the ticket book worked out in memory, before they are written."""

from collections.abc import Iterable
from dataclasses import replace

from analytics.tickets.port import Changes, Edit
from analytics.tickets.ticket import CLOSED, Ticket, TicketEvent, TicketState

BY_DATA = "data:"
"""How a reason begins that no person wrote."""


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
        self._open = {t.key: t.number for t in self._now.values() if t.is_open}
        self.changed: dict[int, Ticket] = {}
        self.events: list[TicketEvent] = []

    def apply(self, changes: Changes) -> None:
        """People's edits, then close, reopen, update, raise.

        Raises LookupError for a number that is not stored.
        """
        for edit in changes.edited:
            self.edit(edit)
        for ticket in changes.closed:
            self.close(ticket)
        for ticket in changes.reopened:
            self.reopen(ticket)
        for ticket in changes.updated:
            self.update(ticket)
        for ticket in changes.raised:
            self.raise_(ticket)

    def edit(self, edit: Edit) -> None:
        """What a person changed. A ticket that is closed stays closed unless they reopen it."""
        old = self._stored(edit.number)
        state = old.state if edit.state is None else edit.state
        new = replace(old, reason=old.reason if edit.reason is None else edit.reason)
        if state in CLOSED and old.is_open:
            self._write(self._in_state(new, state, closed_s=self._at_s), "closed", new.reason)
        elif not old.is_open and state is TicketState.REOPENED and old.key not in self._open:
            self._write(self._in_state(new, state), "reopened", new.reason)
        elif old.is_open and state != old.state:
            what = "reopened" if state is TicketState.REOPENED else "updated"
            self._write(self._in_state(new, state), what, f"{old.state} -> {state}")
        elif new != old:
            self._write(new, "updated", new.reason)

    def raise_(self, ticket: Ticket) -> None:
        """Open a ticket, or bring up to date the one that is open for the same cause.

        Work that began goes on: its number, state and opening stay, and a deadline never moves
        further away.
        """
        number = self._open.get(ticket.key)
        if number is not None:
            self.update(replace(ticket, number=number))
            return
        new = replace(ticket, number=-1 - len(self.changed), closed_s=None, state_s=self._at_s)
        self._write(new, "raised", ticket.reason)

    def update(self, ticket: Ticket) -> None:
        """Write what the data say of an open ticket tonight; a closed one stays as it is."""
        old = self._stored(ticket.number)
        if not old.is_open:
            return
        new = _with_data_of(old, ticket)
        if new.due_s != old.due_s:
            self._write(new, "updated", "")
        elif new != old:
            self._write(new)

    def close(self, ticket: Ticket) -> None:
        """Close a ticket; one that is closed stays as it is."""
        old = self._stored(ticket.number)
        if not old.is_open:
            return
        closed_s = self._at_s if ticket.closed_s is None else ticket.closed_s
        state = ticket.state if ticket.state in CLOSED else TicketState.VERIFIED
        new = replace(old, reason=_reason(old, ticket), updated_s=self._at_s)
        self._write(self._in_state(new, state, closed_s=closed_s), "closed", ticket.reason)

    def reopen(self, ticket: Ticket) -> None:
        """Open a closed ticket again, or one that was said to be done and is not.

        Where people changed their mind meanwhile, or another is open, nothing happens.
        """
        old = self._stored(ticket.number)
        if old.is_open and old.state is not TicketState.DONE:
            return
        if not old.is_open and old.key in self._open:
            return
        due_s = ticket.due_s if not old.is_open else min(old.due_s, ticket.due_s)
        new = replace(_with_data_of(old, ticket), due_s=due_s, reason=_reason(old, ticket))
        self._write(self._in_state(new, TicketState.REOPENED), "reopened", ticket.reason)

    def _in_state(
        self, ticket: Ticket, state: TicketState, closed_s: float | None = None
    ) -> Ticket:
        return replace(ticket, state=state, state_s=self._at_s, closed_s=closed_s)

    def _stored(self, number: int) -> Ticket:
        try:
            return self._now[number]
        except KeyError:
            raise LookupError(f"the book has no ticket {number}") from None

    def _write(self, ticket: Ticket, what: str = "", note: str = "") -> None:
        if ticket.is_open:
            self._open[ticket.key] = ticket.number
        elif self._open.get(ticket.key) == ticket.number:
            del self._open[ticket.key]
        self._now[ticket.number] = self.changed[ticket.number] = ticket
        if what:
            self.events.append(TicketEvent(ticket.number, self._at_s, what, note))


def _with_data_of(old: Ticket, seen: Ticket) -> Ticket:
    """The ticket with another's numbers: a deadline may come nearer, never go away."""
    return replace(
        old,
        severity=seen.severity,
        evidence=seen.evidence,
        updated_s=seen.updated_s,
        due_s=min(old.due_s, seen.due_s),
    )


def _reason(old: Ticket, seen: Ticket) -> str:
    """The data may give a reason where no person has."""
    return seen.reason if not old.reason or old.reason.startswith(BY_DATA) else old.reason
