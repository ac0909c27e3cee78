"""One job for a silent gateway or village instead of one for each of its systems."""

from collections.abc import Mapping
from dataclasses import replace

from analytics.detectors.detector import Detector
from analytics.tickets.night import Finding, Night
from analytics.tickets.outage import OUTAGE_DAYS, Outages
from analytics.tickets.ticket import Ticket
from analytics.tickets.transitions import brought_up_to_date, closed_by_data, new_ticket
from collector.domain.clock import DAY_S

SILENT = "silent"
FOR_GATEWAY, FOR_VILLAGE = "for_gateway", "for_village"
OUTAGE_SEVERITY = 0.7
OUTAGE_DUE_DAYS = 2.0


def is_outage(ticket: Ticket) -> bool:
    """Whether a ticket speaks for a whole gateway or village."""
    return ticket.fault == SILENT and (
        FOR_GATEWAY in ticket.evidence or FOR_VILLAGE in ticket.evidence
    )


def outage_changes(
    night: Night,
    outage: Outages,
    known: Mapping[tuple[str, str], Ticket],
    detectors: Mapping[str, Detector],
) -> tuple[list[Ticket], list[Ticket], list[Ticket]]:
    """Tickets that speak for a gateway or a village: raised, updated, closed."""
    group_of = dict(zip(night.systems, night.group, strict=True))
    standing = {
        int(group_of[t.system]): t for t in known.values() if is_outage(t) and t.system in group_of
    }
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
        scope = FOR_GATEWAY if night.group_is_gateway[group] else FOR_VILLAGE
        evidence = {"silent_days": days, "systems_silent": float(len(rows)), scope: 1.0}
        finding = Finding(OUTAGE_SEVERITY, evidence)
        if group in standing:
            updated += brought_up_to_date(standing[group], finding, night.at_s, detectors[SILENT])
            continue
        free = (r for r in rows if (night.systems[r], SILENT) not in known)
        first = next(free, None)
        if first is not None:
            ticket = new_ticket(
                (night.systems[first], SILENT), finding, night.at_s, detectors[SILENT]
            )
            raised.append(replace(ticket, due_s=night.at_s + OUTAGE_DUE_DAYS * DAY_S))
    return raised, updated, closed
