"""One job for a silent gateway or village instead of one for each of its systems."""

from collections.abc import Mapping

from analytics.detectors.detector import Detector
from analytics.tickets.night import Finding, Night
from analytics.tickets.outage import OUTAGE_DAYS, Outages
from analytics.tickets.ticket import Ticket, TicketKey, TicketScope
from analytics.tickets.transitions import (
    brought_up_to_date,
    closed_by_data,
    new_ticket,
    spoken_for,
)
from collector.domain.clock import DAY_S

SILENT = "silent"
OUTAGE_SEVERITY = 0.7
OUTAGE_DUE_DAYS = 2.0


def outage_changes(
    night: Night,
    outage: Outages,
    known: Mapping[TicketKey, Ticket],
    detectors: Mapping[str, Detector],
) -> tuple[list[Ticket], list[Ticket], list[Ticket]]:
    """Tickets that speak for a gateway or a village: raised, updated, closed."""
    keys = [_key(night, group) for group in range(len(night.group_is_gateway))]
    standing = {group: known[key] for group, key in enumerate(keys) if key in known}
    closed = [
        closed_by_data(t, night.at_s) for group, t in standing.items() if group in outage.back
    ]
    raised: list[Ticket] = []
    updated: list[Ticket] = []
    if SILENT not in detectors:
        return raised, updated, closed
    for group, days in outage.groups.items():
        rows = [
            row
            for row in range(len(night.systems))
            if night.group[row] == group and night.silent_days[row] >= OUTAGE_DAYS
        ]
        evidence = {"silent_days": days, "systems_silent": float(len(rows))}
        finding = Finding(OUTAGE_SEVERITY, evidence)
        if group in standing:
            updated += brought_up_to_date(standing[group], finding, night.at_s, detectors[SILENT])
            continue
        ticket = new_ticket(
            (night.systems[rows[0]], SILENT), finding, night.at_s, detectors[SILENT]
        )
        due_s = night.at_s + OUTAGE_DUE_DAYS * DAY_S
        raised.append(spoken_for(ticket, keys[group][0], keys[group][1], due_s))
    return raised, updated, closed


def _key(night: Night, group: int) -> TicketKey:
    scope = TicketScope.GATEWAY if night.group_is_gateway[group] else TicketScope.VILLAGE
    name = night.group_name[group] if night.group_name else str(group)
    return scope, name, SILENT
