"""The one word for each system."""

from collections.abc import Iterable, Mapping

from analytics.detectors.detector import Detector
from analytics.status import SystemStatus
from analytics.tickets.night import Night
from analytics.tickets.outage import Outages
from analytics.tickets.ticket import SystemState, Ticket, TicketState

ENOUGH_DAYS = 5
"""Days with half their readings before a system is judged [K]."""
SILENT_AFTER_DAYS = 2
"""Whole days without a reading until the page says so; the job comes later [K]."""
DARK_NOW = 0.8
"""From this severity on a home has no light now: due in 48 h and called a fault."""

_RANK = (
    SystemStatus.OK,
    SystemStatus.NEW,
    SystemStatus.WATCH,
    SystemStatus.SILENT,
    SystemStatus.FAULT,
    SystemStatus.BLOCKED,
    SystemStatus.SERVICE,
)


def system_states(
    night: Night,
    outage: Outages,
    open_tickets: Iterable[Ticket],
    before: Mapping[str, SystemState],
    detectors: Mapping[str, Detector],
) -> list[SystemState]:
    """Every system's state that is new or judged anew tonight, in the order of the night."""
    worst = _by_tickets(open_tickets, detectors)
    found = []
    for row, code in enumerate(night.systems):
        status = _highest(worst.get(code, SystemStatus.OK), _by_readings(night, outage, row))
        old = before.get(code)
        since_s = old.since_s if old and old.status == status else night.at_s
        state = SystemState(code, status, since_s, night.at_s)
        if state != old:
            found.append(state)
    return found


def _by_readings(night: Night, outage: Outages, row: int) -> SystemStatus:
    silent = night.silent_days[row]
    if outage.blocked[row] and (outage.deaf or night.group_is_gateway[night.group[row]]):
        return SystemStatus.BLOCKED
    if silent >= SILENT_AFTER_DAYS:
        return SystemStatus.SILENT
    return SystemStatus.OK if night.days_seen[row] >= ENOUGH_DAYS else SystemStatus.NEW


def _by_tickets(
    open_tickets: Iterable[Ticket], detectors: Mapping[str, Detector]
) -> dict[str, SystemStatus]:
    worst: dict[str, SystemStatus] = {}
    for ticket in open_tickets:
        if ticket.fault not in detectors:
            continue
        status = detectors[ticket.fault].status
        if ticket.severity >= DARK_NOW:
            status = SystemStatus.FAULT
        if ticket.state is TicketState.IN_PROGRESS:
            status = SystemStatus.SERVICE
        worst[ticket.system] = _highest(worst.get(ticket.system, SystemStatus.OK), status)
    return worst


def _highest(one: SystemStatus, other: SystemStatus) -> SystemStatus:
    return max(one, other, key=_RANK.index)
