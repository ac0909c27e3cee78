"""From findings to work: what one night raises, brings up to date, reopens and closes.

One ticket per system and cause. A finding raises it at the detector's set level; between the set
and the clear level an open ticket stays as it is; at the clear level the data close it. What comes
back within a month is the old ticket, reopened. A finding that another one explains gets no ticket
(``explained``), a village that falls together gets one (``advisory``), a silent gateway or village
gets one (``outage_tickets``): while it is silent nothing new is raised for its systems and nothing
of theirs is closed. What people say is done is closed once the data prove it (``repairs``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analytics.detectors.detector import Detector
from analytics.tickets.advisory import Advisories, advisories
from analytics.tickets.explained import EXPLAINED_BY, SUPERSEDED_BY, explained
from analytics.tickets.night import Finding, Night
from analytics.tickets.outage import Outages, outages
from analytics.tickets.outage_tickets import SILENT, outage_changes
from analytics.tickets.port import Changes
from analytics.tickets.repairs import told_done
from analytics.tickets.system_status import ENOUGH_DAYS, system_states
from analytics.tickets.ticket import SystemState, Ticket, TicketKey, TicketScope, TicketState
from analytics.tickets.transitions import (
    RELAPSED,
    SUPERSEDED,
    brought_up_to_date,
    closed_by_data,
    new_ticket,
    opened_again,
)
from collector.domain.clock import DAY_S

RELAPSE_DAYS = 30.0
"""What comes back within a month was not repaired: the same ticket, not a new one [K]."""
AFTERMATH_DAYS = 7.0
"""So long after a cause is closed its consequences may still be seen: a battery takes some sunny
days until it is full again [K]."""

FRESH_DAYS = 10.0
"""A consequence may be seen some days before its cause: such a ticket, if nobody took it yet, goes
into that of the cause [K]."""

STEADY_DAYS = 21.0
"""A ticket that came back is not closed by one clear night again: a finding near its threshold
comes and goes, and each time somebody would be called [K]."""


@dataclass(slots=True)
class _Decision:
    """What the night wants of the book, and what it stands on."""

    night: Night
    outage: Outages
    detectors: Mapping[str, Detector]
    known: Mapping[TicketKey, Ticket]
    lately: Mapping[TicketKey, Ticket]
    covered: frozenset[tuple[str, str]]
    raised: list[Ticket] = field(default_factory=list)
    updated: list[Ticket] = field(default_factory=list)
    closed: list[Ticket] = field(default_factory=list)
    reopened: list[Ticket] = field(default_factory=list)


def decide(
    night: Night,
    tickets: Sequence[Ticket],
    states: Mapping[str, SystemState],
    detectors: Mapping[str, Detector],
) -> Changes:
    """What the night changes in the book; empty lists where nothing changed.

    ``tickets`` are the open ones and those closed in the last ``RELAPSE_DAYS``. A function of its
    arguments alone: deciding the same night again, with the book as this night left it, changes
    nothing.
    """
    outage = outages(night)
    mine = [t for t in tickets if t.fault in detectors]
    known = {t.key: t for t in mine if t.is_open}
    lately = {t.key: t for t in sorted(mine, key=_closed_s) if not t.is_open}
    village = advisories(night, known, detectors)
    made = _Decision(night, outage, detectors, known, lately, village.covered)
    for part in (outage_changes(night, outage, known, detectors), _parts(village)):
        for mine_now, more in zip((made.raised, made.updated, made.closed), part, strict=True):
            mine_now.extend(more)
    _follow_findings(made)
    _close_what_is_gone(made)
    _see_what_was_done(made)
    closed = {t.number for t in made.closed}
    made.updated = [t for t in made.updated if t.number not in closed]
    now_open = _open_after(tickets, made)
    judged = system_states(night, outage, now_open, states, detectors)
    return Changes(
        night.at_s, made.raised, made.updated, made.closed, judged, reopened=made.reopened
    )


def _parts(village: Advisories) -> tuple[list[Ticket], list[Ticket], list[Ticket]]:
    return village.raised, village.updated, village.closed


def _follow_findings(made: _Decision) -> None:
    """Bring standing tickets up to date; raise or reopen what is new, causes before effects."""
    night, detectors = made.night, made.detectors
    causes = _standing_causes(made)
    gone = {t.number for t in made.closed}
    for fault in _causes_first(night.judgements):
        for row, finding in sorted(night.judgements[fault].found.items()):
            code = night.systems[row]
            standing = made.known.get((TicketScope.SYSTEM, code, fault))
            if standing is not None:
                if standing.number not in gone:
                    made.updated += brought_up_to_date(
                        standing, finding, night.at_s, detectors[fault]
                    )
            elif _may_raise(made, row, fault, causes.get(code, {})):
                _raise_or_reopen(made, (code, fault), finding)
                causes.setdefault(code, {})[fault] = finding.evidence
                _supersede(made, code, fault, finding.evidence)


def _standing_causes(made: _Decision) -> dict[str, dict[str, Mapping[str, float]]]:
    """Evidence of every cause of each system that is open, or was until lately."""
    found: dict[str, dict[str, Mapping[str, float]]] = {}
    since_s = made.night.at_s - AFTERMATH_DAYS * DAY_S
    for ticket in (*made.lately.values(), *made.known.values()):
        superseded = ticket.reason.startswith(SUPERSEDED.partition("{")[0])
        if ticket.scope is TicketScope.SYSTEM and not superseded and _closed_s(ticket) >= since_s:
            found.setdefault(ticket.system, {})[ticket.fault] = ticket.evidence
    return found


def _closed_s(ticket: Ticket) -> float:
    return float("inf") if ticket.closed_s is None else ticket.closed_s


def _causes_first(faults: Iterable[str]) -> list[str]:
    """Faults so that whatever explains another one stands before it."""
    left, ordered = sorted(faults), []
    while left:
        free = [f for f in left if not EXPLAINED_BY.get(f, frozenset()) & set(left)]
        ordered += free or left
        left = [f for f in left if f not in ordered]
    return ordered


def _may_raise(
    made: _Decision, row: int, fault: str, causes: Mapping[str, Mapping[str, float]]
) -> bool:
    night = made.night
    if made.outage.blocked[row] or explained(fault, causes):
        return False
    if night.village and (night.village[row], fault) in made.covered:
        return False
    return fault == SILENT or bool(night.days_seen[row] >= ENOUGH_DAYS)


def _raise_or_reopen(made: _Decision, key: tuple[str, str], finding: Finding) -> None:
    night, detector = made.night, made.detectors[key[1]]
    old = made.lately.get((TicketScope.SYSTEM, *key))
    if old is not None and night.at_s - _closed_s(old) <= RELAPSE_DAYS * DAY_S:
        made.reopened.append(opened_again(old, finding, night.at_s, detector, RELAPSED))
    else:
        made.raised.append(new_ticket(key, finding, night.at_s, detector))


def _supersede(made: _Decision, code: str, cause: str, evidence: Mapping[str, float]) -> None:
    """Close the open tickets of one system that this cause ends, or explains after all."""
    for key in (k for k in made.known if k[:2] == (TicketScope.SYSTEM, code)):
        ticket = made.known[key]
        fresh = made.night.at_s - ticket.opened_s <= FRESH_DAYS * DAY_S
        untouched = fresh and ticket.state is TicketState.NEW and bool(ticket.evidence)
        ended = cause in SUPERSEDED_BY.get(ticket.fault, frozenset())
        if ended or (untouched and explained(ticket.fault, {cause: evidence})):
            reason = SUPERSEDED.format(cause=cause)
            made.updated = [t for t in made.updated if t.number != ticket.number]
            made.closed.append(closed_by_data(ticket, made.night.at_s, reason))


def _close_what_is_gone(made: _Decision) -> None:
    night = made.night
    row_of = {code: row for row, code in enumerate(night.systems)}
    gone = {t.number for t in made.closed}
    for ticket in made.known.values():
        row = row_of.get(ticket.system)
        if ticket.scope is not TicketScope.SYSTEM or ticket.number in gone or row is None:
            continue
        if ticket.fault not in night.judgements or made.outage.blocked[row]:
            continue
        if night.judgements[ticket.fault].clear[row] and _may_close(ticket, night.at_s):
            made.closed.append(closed_by_data(ticket, night.at_s))


def _may_close(ticket: Ticket, at_s: float) -> bool:
    """A person's report without a finding behind it is closed by people, or once they say done."""
    if ticket.state is TicketState.REOPENED and at_s - ticket.state_s < STEADY_DAYS * DAY_S:
        return False
    return bool(ticket.evidence) or ticket.state is TicketState.DONE


def _see_what_was_done(made: _Decision) -> None:
    gone = {t.number for t in made.closed}
    row_of = {
        code: row for row, code in enumerate(made.night.systems) if not made.outage.blocked[row]
    }
    still = {t.number: t for t in made.known.values() if t.number not in gone}
    proved, again = told_done(made.night, still, row_of, made.detectors)
    taken = {t.number for t in (*proved, *again)}
    made.updated = [t for t in made.updated if t.number not in taken]
    made.closed += proved
    made.reopened += again


def _open_after(tickets: Sequence[Ticket], made: _Decision) -> list[Ticket]:
    """The open tickets as the book will have them."""
    gone = {t.number for t in (*made.closed, *made.reopened)}
    latest = {t.number: t for t in made.updated}
    stay = [latest.get(t.number, t) for t in tickets if t.is_open and t.number not in gone]
    return stay + made.raised + made.reopened
