"""What technicians found is kept, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import select

from analytics.tickets.outcome import NO_PROBLEM, OTHER, Outcome, Role
from analytics.tickets.port import Changes
from analytics.tickets.repository import SqlTicketBook
from analytics.tickets.tables import ticket_outcomes
from analytics.tickets.ticket import Ticket, TicketState


@pytest.fixture
def book(engine):
    found = SqlTicketBook(engine)
    raised = [
        Ticket(0, f"S-{n}", "panel_soiled", TicketState.NEW, 0.5, 100.0, 100.0, 9e5)
        for n in range(3)
    ]
    found.apply(Changes(100.0, raised=raised))
    return found


def test_outcomes_are_kept_in_the_order_in_which_they_were_told(book):
    told = [
        (2, Outcome(NO_PROBLEM, 300.0, Role.TECHNICIAN)),
        (1, Outcome("panel_soiled", 200.0, Role.VILLAGE_TEAM)),
        (2, Outcome(OTHER, 400.0, Role.COORDINATOR)),
    ]
    assert book.outcomes() == []
    for number, outcome in told:
        book.record_outcome(number, outcome)
    assert book.outcomes() == told


def test_a_cause_that_nobody_knows_is_refused(book):
    with pytest.raises(ValueError, match="loose tooth"):
        book.record_outcome(1, Outcome("loose tooth", 1.0, Role.TECHNICIAN))
    assert book.outcomes() == []


def test_an_outcome_of_no_ticket_is_refused(book):
    with pytest.raises(LookupError, match="77"):
        book.record_outcome(77, Outcome(OTHER, 1.0, Role.TECHNICIAN))


def test_no_name_is_kept(book, engine):
    book.record_outcome(1, Outcome(OTHER, 1.0, Role.HOUSEHOLD))
    with engine.connect() as connection:
        (row,) = connection.execute(select(ticket_outcomes)).mappings()
    assert dict(row) == {
        "id": 1,
        "ticket": 1,
        "at_s": 1.0,
        "cause": "other",
        "said_by": "household",
    }
