"""What can become of one ticket in a night."""

from collections.abc import Mapping
from dataclasses import replace
from math import isnan

from analytics.detectors.detector import Detector
from analytics.tickets.night import Finding
from analytics.tickets.system_status import DARK_NOW
from analytics.tickets.ticket import Ticket, TicketScope, TicketState
from collector.domain.clock import DAY_S

DARK_DUE_DAYS = 2.0
"""48 hours from the report for anything dark now."""
CLEARED = "data: the sign is gone"
PROVED = "data: two nights without cut-off and a full charge"
RELAPSED = "data: the sign is back"
NOT_REPAIRED = "data: said to be done, the sign is still there"
SUPERSEDED = "data: now part of the ticket for {cause}"


def _due_s(at_s: float, severity: float, detector: Detector) -> float:
    days = detector.due_in_days
    return at_s + DAY_S * (min(days, DARK_DUE_DAYS) if severity >= DARK_NOW else days)


def new_ticket(key: tuple[str, str], finding: Finding, at_s: float, detector: Detector) -> Ticket:
    """A ticket for (system, fault); the book gives it a number."""
    return Ticket(
        number=0,
        system=key[0],
        fault=key[1],
        state=TicketState.NEW,
        severity=finding.severity,
        opened_s=at_s,
        updated_s=at_s,
        due_s=_due_s(at_s, finding.severity, detector),
        evidence=dict(finding.evidence),
    )


def brought_up_to_date(
    ticket: Ticket, finding: Finding, at_s: float, detector: Detector
) -> list[Ticket]:
    """The ticket with tonight's numbers, an empty list when they are the same.

    The work on it goes on; a deadline only ever moves nearer.
    """
    same = ticket.severity == finding.severity and _same(ticket.evidence, finding.evidence)
    if same:
        return []
    worse = finding.severity >= DARK_NOW > ticket.severity
    due_s = _due_s(at_s, finding.severity, detector) if worse else ticket.due_s
    return [
        replace(
            ticket,
            severity=finding.severity,
            evidence=dict(finding.evidence),
            updated_s=at_s,
            due_s=min(ticket.due_s, due_s),
        )
    ]


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return one.keys() == other.keys() and all(
        value == other[name] or (isnan(value) and isnan(other[name])) for name, value in one.items()
    )


def spoken_for(ticket: Ticket, scope: TicketScope, whose: str, due_s: float) -> Ticket:
    """A new ticket that stands for a whole gateway or village."""
    return replace(ticket, scope=scope, scope_id=whose, due_s=due_s)


def closed_by_data(ticket: Ticket, at_s: float, reason: str = CLEARED) -> Ticket:
    """The ticket proved gone."""
    return replace(ticket, state=TicketState.VERIFIED, closed_s=at_s, updated_s=at_s, reason=reason)


def opened_again(
    ticket: Ticket, finding: Finding, at_s: float, detector: Detector, reason: str
) -> Ticket:
    """A ticket whose fault is back, or was never gone: same number, a deadline of its own."""
    return replace(
        ticket,
        state=TicketState.REOPENED,
        severity=finding.severity,
        evidence=dict(finding.evidence),
        updated_s=at_s,
        due_s=_due_s(at_s, finding.severity, detector),
        closed_s=None,
        reason=reason,
    )
