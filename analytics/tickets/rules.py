"""From findings to work: what one night raises, brings up to date and closes.

One ticket per system and cause. A finding raises it at the detector's set level; between the set
and the clear level an open ticket stays as it is; at the clear level the data close it. While a
gateway is silent nothing new is raised for its systems and nothing of theirs is closed; the outage
itself is one `silent` ticket, kept at the first of its systems by code that has none open, whose
evidence says how many are silent and that it speaks for all (`for_gateway` or `for_village`).
"""

from collections.abc import Mapping, Sequence

from analytics.detectors.detector import Detector
from analytics.tickets.night import Night
from analytics.tickets.outage import Outages, outages
from analytics.tickets.outage_tickets import SILENT, is_outage, outage_changes
from analytics.tickets.port import Changes
from analytics.tickets.system_status import ENOUGH_DAYS, system_states
from analytics.tickets.ticket import SystemState, Ticket, TicketState
from analytics.tickets.transitions import brought_up_to_date, closed_by_data, new_ticket

EXPLAINS_SILENCE = ("panel_disconnected",)
"""Without charge the controller goes off in the end: one job, not two."""


def decide(
    night: Night,
    open_tickets: Sequence[Ticket],
    states: Mapping[str, SystemState],
    detectors: Mapping[str, Detector],
) -> Changes:
    """What the night changes in the book; empty lists where nothing changed.

    A function of its arguments alone: deciding the same night again, with the book as this night
    left it, changes nothing.
    """
    outage = outages(night)
    known = {(t.system, t.fault): t for t in open_tickets if t.fault in detectors}
    standing = {key: t for key, t in known.items() if not is_outage(t)}
    raised, updated, closed = outage_changes(night, outage, known, detectors)
    for fault, judgement in night.judgements.items():
        for row, finding in sorted(judgement.found.items()):
            key = (night.systems[row], fault)
            if key in standing:
                updated += brought_up_to_date(standing[key], finding, night.at_s, detectors[fault])
            elif key not in known and _may_raise(night, outage, row, fault, known):
                raised.append(new_ticket(key, finding, night.at_s, detectors[fault]))
    row_of = {code: row for row, code in enumerate(night.systems)}
    for (code, fault), ticket in standing.items():
        row = row_of.get(code)
        if row is None or fault not in night.judgements or outage.blocked[row]:
            continue
        if night.judgements[fault].clear[row] and _may_close(ticket):
            closed.append(closed_by_data(ticket, night.at_s))
    gone = {t.number for t in closed}
    now_open = [t for t in open_tickets if t.number not in gone]
    latest = {t.number: t for t in updated}
    now_open = [latest.get(t.number, t) for t in now_open] + raised
    judged = system_states(night, outage, now_open, states, detectors)
    return Changes(night.at_s, raised, updated, closed, judged)


def _may_raise(
    night: Night,
    outage: Outages,
    row: int,
    fault: str,
    known: Mapping[tuple[str, str], Ticket],
) -> bool:
    if outage.blocked[row]:
        return False
    if fault == SILENT:
        return not any((night.systems[row], cause) in known for cause in EXPLAINS_SILENCE)
    return bool(night.days_seen[row] >= ENOUGH_DAYS)


def _may_close(ticket: Ticket) -> bool:
    """A person's report without a finding behind it is closed by people, or once they say done."""
    return bool(ticket.evidence) or ticket.state is TicketState.DONE
