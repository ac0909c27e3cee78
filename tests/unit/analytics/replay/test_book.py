"""The ticket book of a walk: the same rules as the real one."""

from dataclasses import replace

import pytest

from analytics.replay.book import MemoryBook
from analytics.status import SystemStatus
from analytics.tickets.port import Changes, TicketFilter
from analytics.tickets.ticket import SystemState, Ticket, TicketState


def ticket(system="A", fault="silent", number=0):
    return Ticket(number, system, fault, TicketState.NEW, 0.5, 1.0, 1.0, 9.0)


@pytest.fixture
def book():
    found = MemoryBook()
    found.apply(Changes(1.0, raised=[ticket("A"), ticket("B")]))
    return found


def everything(book):
    return book.find(TicketFilter(open_only=False))


def test_tickets_get_numbers_and_stay_in_order(book):
    assert [(t.number, t.system) for t in everything(book)] == [(1, "A"), (2, "B")]
    assert book.get(2).system == "B"
    assert book.get(3) is None


def test_raising_an_open_one_again_updates_it(book):
    book.apply(Changes(2.0, raised=[replace(ticket("A"), severity=0.9)]))
    assert [t.severity for t in everything(book)] == [0.9, 0.5]


def test_a_closed_one_is_found_only_when_asked_for_and_the_next_is_new(book):
    book.apply(Changes(3.0, closed=[book.get(1)]))
    assert [t.number for t in book.find(TicketFilter())] == [2]
    book.apply(Changes(4.0, raised=[ticket("A")]))
    assert [(t.number, t.is_open) for t in everything(book)] == [(1, False), (2, True), (3, True)]
    assert [e.what for e in book.events(1)] == ["raised", "closed"]


def test_what_is_asked_for_is_picked(book):
    assert [t.system for t in book.find(TicketFilter(systems=frozenset({"B"})))] == ["B"]
    assert book.find(TicketFilter(faults=frozenset({"panel_soiled"}))) == []
    assert [t.number for t in book.find(TicketFilter(after_number=1))] == [2]
    assert len(book.find(TicketFilter(limit=1))) == 1


def test_an_unknown_number_is_refused(book):
    with pytest.raises(LookupError, match="7"):
        book.apply(Changes(3.0, closed=[ticket(number=7)]))


def test_states_are_the_latest(book):
    for at_s, status in ((1.0, SystemStatus.NEW), (2.0, SystemStatus.OK)):
        book.apply(Changes(at_s, states=[SystemState("A", status, at_s, at_s)]))
    assert {c: s.status for c, s in book.states().items()} == {"A": SystemStatus.OK}
