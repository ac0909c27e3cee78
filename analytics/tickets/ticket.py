"""A ticket: one cause at one system that somebody should repair; and the state of a system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.status import SystemStatus


class TicketState(StrEnum):
    """Where the work stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING_PARTS = "waiting_parts"
    DONE = "done"
    VERIFIED = "verified"
    REOPENED = "reopened"


CLOSED = frozenset({TicketState.VERIFIED})


class TicketScope(StrEnum):
    """For whom a ticket speaks."""

    SYSTEM = "system"
    GATEWAY = "gateway"
    VILLAGE = "village"


TicketKey = tuple[TicketScope, str, str]
"""Scope, whose (house code, gateway or village), fault: at most one open ticket has a key."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One open or closed job. At most one is open per scope, whose it is, and fault.

    ``evidence`` holds the numbers behind it, named with their units; the words come from the
    detector of ``fault``. Times are UTC seconds; ``closed_s`` is None while it is open. A ticket
    for a gateway or a village (``scope_id`` names it, else it is empty) stands at one of its
    systems, where the work begins. ``state_s`` is when ``state`` was last changed, by people or by
    the data.
    """

    number: int
    system: str
    fault: str
    state: TicketState
    severity: float
    opened_s: float
    updated_s: float
    due_s: float
    closed_s: float | None = None
    reason: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)
    scope: TicketScope = TicketScope.SYSTEM
    scope_id: str = ""
    state_s: float = 0.0

    @property
    def whose(self) -> str:
        """The house code, gateway or village that the ticket speaks for."""
        return self.system if self.scope is TicketScope.SYSTEM else self.scope_id

    @property
    def key(self) -> TicketKey:
        """What makes it this job and no other."""
        return self.scope, self.whose, self.fault

    @property
    def is_open(self) -> bool:
        """Whether anybody still has to act."""
        return self.closed_s is None


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """Something that happened to a ticket: raised, updated, closed, reopened."""

    ticket: int
    at_s: float
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SystemState:
    """The judgement of one system as of a moment."""

    system: str
    status: SystemStatus
    since_s: float
    as_of_s: float
