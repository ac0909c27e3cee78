"""A ticket book in memory: the rules of change are those of the real one."""

from collections.abc import Mapping
from dataclasses import replace

from analytics.tickets.port import Changes, TicketFilter
from analytics.tickets.ticket import SystemState, Ticket, TicketEvent
from analytics.tickets.working_copy import WorkingCopy


class MemoryBook:
    """The TicketBook port over plain dictionaries; gone with the process."""

    def __init__(self) -> None:
        self._open: dict[int, Ticket] = {}
        self._closed: dict[int, Ticket] = {}
        self._history: dict[int, list[TicketEvent]] = {}
        self._states: dict[str, SystemState] = {}

    def apply(self, changes: Changes) -> None:
        """Carry out all changes or none. Raises LookupError for a number it does not have."""
        touched = [self._closed[n] for n in changes.numbers if n in self._closed]
        copy = WorkingCopy([*self._open.values(), *touched], changes.at_s)
        copy.apply(changes)
        number_of = {n: n for n in copy.changed}
        for number, ticket in copy.changed.items():
            if number < 0:
                number_of[number] = len(self._open) + len(self._closed) + 1
            self._keep(replace(ticket, number=number_of[number]))
        for event in copy.events:
            number = number_of.get(event.ticket, event.ticket)
            self._history.setdefault(number, []).append(replace(event, ticket=number))
        self._states.update((s.system, s) for s in changes.states)

    def find(self, wanted: TicketFilter) -> list[Ticket]:
        """Tickets by ascending number."""
        among = (*self._open.values(), *self._closed.values())
        found = [t for t in among if wanted.wants(t)]
        return sorted(found, key=lambda t: t.number)[: wanted.limit]

    def get(self, number: int) -> Ticket | None:
        """One ticket, None if there is none of that number."""
        return self._open.get(number) or self._closed.get(number)

    def events(self, number: int) -> list[TicketEvent]:
        """A ticket's history, oldest first."""
        return list(self._history.get(number, ()))

    def states(self) -> Mapping[str, SystemState]:
        """The latest judgement of every system that was ever judged."""
        return dict(self._states)

    def _keep(self, ticket: Ticket) -> None:
        self._open.pop(ticket.number, None)
        self._closed.pop(ticket.number, None)
        (self._open if ticket.is_open else self._closed)[ticket.number] = ticket
