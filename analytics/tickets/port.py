"""The ticket book as the nightly run and the API see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from analytics.tickets.ticket import SystemState, Ticket, TicketEvent, TicketState


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changes of a ticket: what is None stays."""

    number: int
    state: TicketState | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What one nightly run, or a person, wants done, applied as one transaction.

    ``raised`` carry number 0: the book gives the number. Of ``updated`` only what the data say is
    written (severity, evidence, a nearer deadline); of ``closed`` and ``reopened`` also the state,
    and the reason where no person wrote one. Whatever people edited meanwhile stays: the data
    reopen a ticket only while it is closed or still said to be done.
    """

    at_s: float
    raised: Sequence[Ticket] = ()
    updated: Sequence[Ticket] = ()
    closed: Sequence[Ticket] = ()
    states: Sequence[SystemState] = ()
    reopened: Sequence[Ticket] = ()
    edited: Sequence[Edit] = ()

    @property
    def numbers(self) -> frozenset[int]:
        """Every ticket that is named by its number."""
        named = (*self.updated, *self.closed, *self.reopened, *self.edited)
        return frozenset(t.number for t in named)

    def __bool__(self) -> bool:
        return bool(self.raised or self.numbers or self.states)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; empty means any. ``after_number`` is the keyset cursor.

    ``closed_since_s`` adds those closed at or after that moment to the open ones.
    """

    systems: frozenset[str] | None = None
    faults: frozenset[str] = field(default_factory=frozenset)
    open_only: bool = True
    after_number: int = 0
    limit: int = 100_000
    closed_since_s: float | None = None

    def wants(self, ticket: Ticket) -> bool:
        """Whether a ticket is to be listed, the limit aside."""
        since_s = self.closed_since_s
        fresh = since_s is not None and ticket.closed_s is not None and ticket.closed_s >= since_s
        return (
            ticket.number > self.after_number
            and (not self.open_only or ticket.is_open or fresh)
            and (not self.faults or ticket.fault in self.faults)
            and (self.systems is None or ticket.system in self.systems)
        )


class TicketBook(Protocol):
    """Keeps tickets, their history and the state of every system."""

    def apply(self, changes: Changes) -> None:
        """Carry out all changes or none. Raising what is open already updates it."""
        ...

    def find(self, wanted: TicketFilter) -> list[Ticket]:
        """Tickets by ascending number."""
        ...

    def get(self, number: int) -> Ticket | None:
        """One ticket, None if there is none of that number."""
        ...

    def events(self, number: int) -> list[TicketEvent]:
        """A ticket's history, oldest first."""
        ...

    def states(self) -> Mapping[str, SystemState]:
        """The latest judgement of every system that was ever judged, by house code."""
        ...
