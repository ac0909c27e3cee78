"""What was found becomes labels and events, by serial and without names."""

import io

import pytest

from analytics.indicators.field_events import FieldEvent, FieldEventKind
from analytics.labels.export import told_events, write_events, write_labels
from analytics.tickets.outcome import NO_PROBLEM, Outcome, Role
from analytics.tickets.port import Changes
from analytics.tickets.ticket import Ticket, TicketState
from collector.domain.device import Assignment
from collector.fleet.port import Fleet
from tests.fixtures.memory_book import MemoryBook

DAY_S = 86_400.0
SWAPPED = Fleet(
    assignments=(
        Assignment("KPK-1", "S0", 0, int(5 * DAY_S)),
        Assignment("KPK-9", "S0", int(5 * DAY_S)),
        Assignment("KPK-2", "S1", 0),
    )
)


@pytest.fixture
def book():
    found = MemoryBook()
    faults = ("panel_soiled", "battery_degraded", "silent")
    raised = [
        Ticket(0, f"S{n}", fault, TicketState.NEW, 0.5, DAY_S, DAY_S, 9e9)
        for n, fault in enumerate(faults)
    ]
    found.apply(Changes(DAY_S, raised=raised))
    found.record_outcome(1, Outcome("panel_soiled", 6 * DAY_S, Role.TECHNICIAN))
    found.record_outcome(2, Outcome(NO_PROBLEM, 3 * DAY_S, Role.TECHNICIAN))
    found.record_outcome(3, Outcome("battery_degraded", 4 * DAY_S, Role.VILLAGE_TEAM))
    return found


def test_what_was_done_is_an_event_and_a_vain_visit_is_none(book):
    assert told_events(book) == [
        FieldEvent("S0", 6 * DAY_S, FieldEventKind.PANEL_CLEANED),
        FieldEvent("S2", 4 * DAY_S, FieldEventKind.REPAIRED),
    ]


def test_labels_name_the_device_of_that_time(book):
    file = io.StringIO(newline="")
    opened = "1970-01-02T00:00:00Z"
    assert write_labels(book, SWAPPED, file) == 3
    assert file.getvalue().splitlines() == [
        "serial,ticket,fault,cause,opened_at,found_at,said_by",
        "KPK-1,1,panel_soiled,panel_soiled,1970-01-02T00:00:00Z,1970-01-07T00:00:00Z,technician",
        f"KPK-2,2,battery_degraded,no_problem_found,{opened},1970-01-04T00:00:00Z,technician",
        "S2,3,silent,battery_degraded,1970-01-02T00:00:00Z,1970-01-05T00:00:00Z,village_team",
    ]


def test_events_are_those_of_a_replay_in_order_of_time(book):
    file = io.StringIO(newline="")
    assert write_events(book, SWAPPED, file) == 2
    assert file.getvalue().splitlines() == [
        "serial,time,event",
        "S2,1970-01-05T00:00:00Z,repaired",
        "KPK-9,1970-01-07T00:00:00Z,panel_cleaned",
    ]
