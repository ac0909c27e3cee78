"""Precision in the field: what was confirmed of what was looked at, with its interval."""

import pytest

from analytics.labels.precision import field_precision, interval
from analytics.tickets.outcome import NO_PROBLEM, OTHER, Outcome, Role
from analytics.tickets.port import Changes
from analytics.tickets.ticket import Ticket, TicketState
from tests.fixtures.memory_book import MemoryBook


@pytest.fixture
def book():
    """Ten tickets of dirt and two of lamps; the last of each was never looked at."""
    found = MemoryBook()
    faults = ["panel_soiled"] * 10 + ["lamp_failed"] * 2
    raised = [
        Ticket(0, f"S{n}", fault, TicketState.NEW, 0.5, 0.0, 0.0, 9e9)
        for n, fault in enumerate(faults)
    ]
    found.apply(Changes(0.0, raised=raised))
    causes = ["panel_soiled"] * 6 + [NO_PROBLEM, OTHER, "panel_shaded"]
    for number, cause in enumerate(causes, 1):
        found.record_outcome(number, Outcome(cause, 5.0, Role.TECHNICIAN))
    found.record_outcome(11, Outcome("lamp_failed", 5.0, Role.TECHNICIAN))
    return found


def test_each_detector_is_judged_by_the_tickets_that_were_looked_at(book):
    lamp, dirt = field_precision(book)
    assert (lamp.fault, lamp.judged, lamp.confirmed) == ("lamp_failed", 1, 1)
    counts = (dirt.judged, dirt.confirmed, dirt.other_cause, dirt.no_problem)
    assert counts == (9, 6, 2, 1)
    assert dirt.low < 6 / 9 < dirt.high
    assert "6 of 9 confirmed" in str(dirt)


def test_what_was_told_last_counts(book):
    book.record_outcome(1, Outcome(NO_PROBLEM, 9.0, Role.COORDINATOR))
    _, dirt = field_precision(book)
    assert (dirt.judged, dirt.confirmed, dirt.no_problem) == (9, 5, 2)


def test_nobody_looked_nothing_is_said():
    assert field_precision(MemoryBook()) == []


def test_the_interval_is_wilsons():
    """Of 10 with 8: 0.490 to 0.943 (Newcombe, Statistics in Medicine 17, 1998, method 3)."""
    assert interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)
    assert interval(0, 5)[0] == pytest.approx(0.0)
    assert interval(5, 5)[1] == 1.0
