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


@dataclass(frozen=True, slots=True)
class Ticket:
    """One open or closed job. At most one is open per (system, fault).

    ``evidence`` holds the numbers behind it, named with their units; the words come from the
    detector of ``fault``. Times are UTC seconds; ``closed_s`` is None while it is open.
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
