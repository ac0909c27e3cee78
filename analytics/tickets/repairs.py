"""A repair that people tell of is provisional until the data prove it."""

from collections.abc import Mapping

from analytics.detectors.detector import Detector
from analytics.tickets.night import Finding, Night
from analytics.tickets.ticket import Ticket, TicketScope, TicketState
from analytics.tickets.transitions import NOT_REPAIRED, PROVED, closed_by_data, opened_again
from collector.domain.clock import DAY_S

PROOF_DAYS = 2.0
"""Two nights after the repair before it can be proved."""
NOT_PROVED_DAYS = 7.0
"""A finding that still stands a week after the repair was not repaired [K]."""


def told_done(
    night: Night,
    tickets: Mapping[int, Ticket],
    row_of: Mapping[str, int],
    detectors: Mapping[str, Detector],
) -> tuple[list[Ticket], list[Ticket]]:
    """Tickets said to be done: those that the data prove, and those that are opened again.

    ``tickets`` are open ones by number. A gateway's or village's ticket is proved by its readings.
    """
    proved: list[Ticket] = []
    again: list[Ticket] = []
    for ticket in tickets.values():
        row = row_of.get(ticket.system)
        if ticket.state is not TicketState.DONE or row is None:
            continue
        if ticket.scope is not TicketScope.SYSTEM or ticket.fault not in night.judgements:
            continue
        days = (night.at_s - ticket.state_s) / DAY_S
        finding = night.judgements[ticket.fault].found.get(row)
        if finding is None and days >= PROOF_DAYS and night.proved.size and night.proved[row]:
            proved.append(closed_by_data(ticket, night.at_s, PROVED))
        elif finding is not None and days >= NOT_PROVED_DAYS:
            again.append(_again(ticket, finding, night, detectors))
    return proved, again


def _again(
    ticket: Ticket, finding: Finding, night: Night, detectors: Mapping[str, Detector]
) -> Ticket:
    return opened_again(ticket, finding, night.at_s, detectors[ticket.fault], NOT_REPAIRED)
