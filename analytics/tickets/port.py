"""The ticket book as the nightly run and the API see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from analytics.tickets.ticket import SystemState, Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class Changes:
    """What one nightly run wants done, applied as one transaction.

    ``raised`` carry number 0: the book gives the number.
    """

    at_s: float
    raised: Sequence[Ticket] = ()
    updated: Sequence[Ticket] = ()
    closed: Sequence[Ticket] = ()
    states: Sequence[SystemState] = ()


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; empty means any. ``after_number`` is the keyset cursor."""

    systems: frozenset[str] | None = None
    faults: frozenset[str] = field(default_factory=frozenset)
    open_only: bool = True
    after_number: int = 0
    limit: int = 100_000


class TicketBook(Protocol):
    """Keeps tickets, their history and the state of every system."""

    def apply(self, changes: Changes) -> None:
        """Carry out all changes or none. Raising an open (system, fault) again updates it."""
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
