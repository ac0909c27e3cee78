"""How often technicians found what a detector said: its precision in the field."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.tickets.outcome import NO_PROBLEM, Outcome, OutcomeBook
from analytics.tickets.port import TicketFilter
from analytics.tickets.ticket import Ticket

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class FieldPrecision:
    """One detector's tickets at which somebody looked.

    ``confirmed`` had that very cause, ``other_cause`` another one (right system, wrong part),
    ``no_problem`` none. ``low`` and ``high`` bound the precision at 95 %.
    """

    fault: str
    judged: int
    confirmed: int
    other_cause: int
    no_problem: int
    low: float
    high: float

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"{self.fault:<24} {self.confirmed} of {self.judged} confirmed "
            f"({100 * self.low:.0f}-{100 * self.high:.0f} %), "
            f"{self.other_cause} another cause, {self.no_problem} no problem found"
        )


def field_precision(book: OutcomeBook) -> list[FieldPrecision]:
    """Every fault of which a ticket was looked at, by name; each ticket's last outcome counts."""
    found = last_outcomes(book)
    tickets = [t for t in book.find(TicketFilter(open_only=False)) if t.number in found]
    return [
        _row(fault, [t for t in tickets if t.fault == fault], found)
        for fault in sorted({t.fault for t in tickets})
    ]


def last_outcomes(book: OutcomeBook) -> dict[int, Outcome]:
    """What was told last of each ticket."""
    return dict(book.outcomes())


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Journal of the American Statistical Association, 1927)."""
    if not of:
        return 0.0, 1.0
    share, z2 = hits / of, _Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def _row(fault: str, tickets: list[Ticket], found: Mapping[int, Outcome]) -> FieldPrecision:
    causes = [found[t.number].cause for t in tickets]
    confirmed, none = causes.count(fault), causes.count(NO_PROBLEM)
    others = len(causes) - confirmed - none
    return FieldPrecision(
        fault, len(causes), confirmed, others, none, *interval(confirmed, len(causes))
    )
