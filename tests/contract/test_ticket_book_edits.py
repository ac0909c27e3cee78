"""People and the night write the same book, on SQLite and PostgreSQL: what is theirs stays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from analytics.tickets.port import Changes, Edit, TicketFilter
from analytics.tickets.repository import SqlTicketBook
from analytics.tickets.ticket import Ticket, TicketState


def _ticket(system):
    return Ticket(0, system, "silent", TicketState.NEW, 0.5, 100.0, 100.0, 9e5)


@pytest.fixture
def book(engine):
    return SqlTicketBook(engine)


def _raise(book, *raised):
    book.apply(Changes(100.0, raised=raised))


def test_a_night_that_read_before_people_wrote_leaves_what_is_theirs(book):
    """The night decides on an old look at the book; the transaction sees the new one."""
    _raise(book, *(_ticket(f"S-{n}") for n in range(3)))
    first, second, third = book.find(TicketFilter())
    edits = [
        Edit(first.number, state=TicketState.ASSIGNED, reason="Ibu Marta, Monday"),
        Edit(second.number, state=TicketState.VERIFIED, reason="the fuse"),
        Edit(third.number, state=TicketState.IN_PROGRESS),
    ]
    book.apply(Changes(150.0, edited=edits))
    stale = [replace(t, severity=0.9, evidence={"days": 9.0}) for t in (first, second)]
    done = replace(third, state=TicketState.DONE, reason="data: not done")
    book.apply(Changes(200.0, updated=stale, reopened=[done]))
    kept = book.get(first.number)
    assert (kept.state, kept.reason) == (TicketState.ASSIGNED, "Ibu Marta, Monday")
    assert (kept.severity, kept.evidence) == (0.9, {"days": 9.0})
    assert book.get(second.number).closed_s == 150.0
    assert book.get(second.number).severity == 0.5
    assert book.get(third.number).state is TicketState.IN_PROGRESS


def test_people_and_the_night_write_at_once(book):
    """Twenty tickets, each edited while the night brings all of them up to date ten times."""
    _raise(book, *(_ticket(f"S-{n}") for n in range(20)))
    read = book.find(TicketFilter())

    def night(turn):
        seen = [replace(t, severity=0.5 + turn / 100, updated_s=200.0 + turn) for t in read]
        book.apply(Changes(200.0 + turn, updated=seen))

    def person(ticket):
        edit = Edit(ticket.number, state=TicketState.ASSIGNED, reason=f"visit {ticket.system}")
        book.apply(Changes(205.0, edited=[edit]))

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(night, turn) for turn in range(1, 11)]
        work += [pool.submit(person, ticket) for ticket in read]
        for done in work:
            done.result()
    found = book.find(TicketFilter())
    assert {t.state for t in found} == {TicketState.ASSIGNED}
    assert [t.reason for t in found] == [f"visit {t.system}" for t in read]
    assert {t.severity for t in found} <= {0.5 + turn / 100 for turn in range(1, 11)}
