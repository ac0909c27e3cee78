"""The ticket book in a relational database."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from analytics.detectors import DETECTORS
from analytics.tickets.outcome import NO_PROBLEM, OTHER, Outcome, Role
from analytics.tickets.port import Changes, TicketFilter
from analytics.tickets.tables import system_states, ticket_events, ticket_outcomes, tickets
from analytics.tickets.ticket import (
    SystemState,
    SystemStatus,
    Ticket,
    TicketEvent,
    TicketScope,
    TicketState,
)
from analytics.tickets.working_copy import WorkingCopy

_TICKET = [tickets.c[f.name] for f in fields(Ticket)]
_STATE = [system_states.c[f.name] for f in fields(SystemState)]
_EVENT = [ticket_events.c[f.name] for f in fields(TicketEvent)]
_FIELDS = [f.name for f in fields(Ticket)]
_MUTABLE = [name for name in _FIELDS if name != "number"]
_MOST_NAMES = 500  # more systems than this are picked here, not in the query


class SqlTicketBook:
    """Tickets, their history and system states behind an engine; see TicketBook."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def apply(self, changes: Changes) -> None:
        """Carry out all changes or none. Raising what is open already updates it.

        An update or a close of a ticket that is closed already does nothing. What others wrote
        since the changes were thought out is seen here, and stays where it is people's. Raises
        LookupError for a number the book does not have.
        """
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE tickets IN SHARE ROW EXCLUSIVE MODE"))
            copy = WorkingCopy(_concerned(connection, changes), changes.at_s)
            copy.apply(changes)
            _write(connection, copy)
            _keep_states(connection, changes.states)

    def find(self, wanted: TicketFilter) -> list[Ticket]:
        """Tickets by ascending number."""
        query = select(*_TICKET).where(tickets.c.number > wanted.after_number)
        if wanted.open_only:
            shown = tickets.c.closed_s.is_(None)
            if wanted.closed_since_s is not None:
                shown |= tickets.c.closed_s >= wanted.closed_since_s
            query = query.where(shown)
        if wanted.faults:
            query = query.where(tickets.c.fault.in_(wanted.faults))
        many = wanted.systems is not None and len(wanted.systems) > _MOST_NAMES
        if wanted.systems is not None and not many:
            query = query.where(tickets.c.system.in_(wanted.systems))
        if not many:
            query = query.limit(wanted.limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(tickets.c.number))
            found = (_ticket(row) for row in rows)
            if many:
                found = (t for t in found if t.system in (wanted.systems or ()))
            return [t for t, _ in zip(found, range(wanted.limit), strict=False)]

    def get(self, number: int) -> Ticket | None:
        """One ticket, None if there is none of that number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(*_TICKET).where(tickets.c.number == number)).first()
            return _ticket(row) if row else None

    def events(self, number: int) -> list[TicketEvent]:
        """A ticket's history, oldest first."""
        wanted = select(*_EVENT).where(ticket_events.c.ticket == number)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(ticket_events.c.id))
            return [TicketEvent(*row) for row in rows]

    def record_outcome(self, number: int, outcome: Outcome) -> None:
        """Keep what was found; see OutcomeBook."""
        if outcome.cause not in DETECTORS.keys() | {NO_PROBLEM, OTHER}:
            raise ValueError(f"{outcome.cause} is no cause; use a fault code or {OTHER}")
        row = {
            "ticket": number,
            "at_s": float(outcome.at_s),
            "cause": outcome.cause,
            "said_by": outcome.said_by.value,
        }
        with self._engine.execution_options(writes=True).begin() as connection:
            known = select(tickets.c.number).where(tickets.c.number == number)
            if connection.execute(known).first() is None:
                raise LookupError(f"the book has no ticket {number}")
            connection.execute(insert(ticket_outcomes), [row])

    def outcomes(self) -> list[tuple[int, Outcome]]:
        """Everything that was found, in the order in which it was told."""
        columns = (ticket_outcomes.c[n] for n in ("ticket", "cause", "at_s", "said_by"))
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(ticket_outcomes.c.id))
            return [(n, Outcome(cause, at_s, Role(by))) for n, cause, at_s, by in map(tuple, rows)]

    def states(self) -> Mapping[str, SystemState]:
        """The latest judgement of every system that was ever judged, by house code."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*_STATE))
            return {
                system: SystemState(system, SystemStatus(status), since_s, as_of_s)
                for system, status, since_s, as_of_s in map(tuple, rows)
            }


def _concerned(connection: Connection, changes: Changes) -> list[Ticket]:
    """Every open ticket, and the closed ones that the changes name."""
    if not (changes.raised or changes.numbers):
        return []
    still_open = select(*_TICKET).where(tickets.c.closed_s.is_(None))
    found = [_ticket(row) for row in connection.execute(still_open)]
    numbers = sorted(changes.numbers - {t.number for t in found})
    for i in range(0, len(numbers), _MOST_NAMES):
        some = tickets.c.number.in_(numbers[i : i + _MOST_NAMES])
        rows = connection.execute(select(*_TICKET).where(some))
        found += [_ticket(row) for row in rows]
    return found


def _write(connection: Connection, copy: WorkingCopy) -> None:
    new = [t for t in copy.changed.values() if t.number < 0]
    old = [_columns(t) | {"of_number": t.number} for t in copy.changed.values() if t.number > 0]
    number_of = {t.number: t.number for t in copy.changed.values()}
    if old:
        statement = update(tickets).where(tickets.c.number == bindparam("of_number"))
        connection.execute(statement.values({n: bindparam(n) for n in _MUTABLE}), old)
    if new:
        numbers = connection.scalars(
            insert(tickets).returning(tickets.c.number, sort_by_parameter_order=True),
            [_columns(t) for t in new],
        )
        number_of |= dict(zip((t.number for t in new), numbers, strict=True))
    if copy.events:
        rows = [asdict(e) | {"ticket": number_of[e.ticket]} for e in copy.events]
        connection.execute(insert(ticket_events), rows)


def _keep_states(connection: Connection, states: Sequence[SystemState]) -> None:
    if not states:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(system_states)
    changed = {c.name: statement.excluded[c.name] for c in _STATE if c.name != "system"}
    rows = [
        {
            "system": s.system,
            "status": s.status.value,
            "since_s": float(s.since_s),
            "as_of_s": float(s.as_of_s),
        }
        for s in states
    ]
    connection.execute(
        statement.on_conflict_do_update(index_elements=["system"], set_=changed), rows
    )


def _ticket(row: Row[Any]) -> Ticket:
    values = dict(zip(_FIELDS, row, strict=True))
    values["state"] = TicketState(values["state"])
    values["scope"] = TicketScope(values["scope"])
    if values["scope"] is TicketScope.SYSTEM:
        values["scope_id"] = ""
    values["evidence"] = {
        name: math.nan if value is None else value for name, value in values["evidence"].items()
    }
    return Ticket(**values)


def _columns(ticket: Ticket) -> dict[str, Any]:
    """Every column but the number. Numbers of numpy become plain; JSON has no NaN or infinity."""
    return {
        "system": ticket.system,
        "fault": ticket.fault,
        "state": ticket.state.value,
        "severity": float(ticket.severity),
        "opened_s": float(ticket.opened_s),
        "updated_s": float(ticket.updated_s),
        "due_s": float(ticket.due_s),
        "closed_s": None if ticket.closed_s is None else float(ticket.closed_s),
        "reason": ticket.reason,
        "scope": ticket.scope.value,
        "scope_id": ticket.whose,
        "state_s": float(ticket.state_s),
        "evidence": {k: float(v) if math.isfinite(v) else None for k, v in ticket.evidence.items()},
    }
