"""What the person who went there found: the label that a detector is measured and trained by."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from analytics.tickets.port import TicketBook

NO_PROBLEM, OTHER = "no_problem_found", "other"
"""Causes beside the fault codes: nothing was wrong; something that has no code."""


class Role(StrEnum):
    """Who said it; never a name."""

    TECHNICIAN = "technician"
    COORDINATOR = "coordinator"
    VILLAGE_TEAM = "village_team"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cause that was found at a ticket's system: a fault code, ``NO_PROBLEM`` or ``OTHER``."""

    cause: str
    at_s: float
    said_by: Role


class OutcomeBook(TicketBook, Protocol):
    """A ticket book that also keeps what was found."""

    def record_outcome(self, number: int, outcome: Outcome) -> None:
        """Keep what was found. Told again it is kept beside the first; the last one counts.

        Raises LookupError for an unknown ticket, ValueError for a cause that nobody knows.
        """
        ...

    def outcomes(self) -> Sequence[tuple[int, Outcome]]:
        """Everything that was found, as (ticket, outcome), in the order in which it was told."""
        ...
