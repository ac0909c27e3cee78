"""The ticket book on SQLite and PostgreSQL."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from analytics.tickets.port import Changes, Edit, TicketFilter
from analytics.tickets.repository import SqlTicketBook
from analytics.tickets.tables import tickets
from analytics.tickets.ticket import (
    SystemState,
    SystemStatus,
    Ticket,
    TicketScope,
    TicketState,
)

DAY_S = 86_400.0


def _ticket(system="BOT-0001-0", fault="silent", **changed):
    defaults = {"severity": 0.5, "opened_s": 100.0, "updated_s": 100.0, "due_s": 100.0 + 2 * DAY_S}
    evidence = {"days": 3.0}
    return Ticket(
        **{"number": 0, "system": system, "fault": fault, "state": TicketState.NEW}
        | defaults
        | {"evidence": evidence}
        | changed
    )


@pytest.fixture
def book(engine):
    return SqlTicketBook(engine)


def _raise(book, *raised, at_s=100.0):
    book.apply(Changes(at_s, raised=raised))


def _only(book, **wanted):
    (found,) = book.find(TicketFilter(**wanted))
    return found


def _whats(book, number):
    return [e.what for e in book.events(number)]


def test_an_empty_book(book):
    assert book.find(TicketFilter(open_only=False)) == []
    assert book.get(1) is None
    assert book.events(1) == []
    assert book.states() == {}


def test_a_raised_ticket_gets_a_number_and_an_event(book):
    _raise(book, _ticket(reason="no readings"))
    kept = _only(book)
    assert kept.number > 0
    raised = _ticket(reason="no readings", state_s=100.0)
    assert kept == replace(raised, number=kept.number)
    (event,) = book.events(kept.number)
    assert (event.ticket, event.at_s, event.what, event.note) == (
        kept.number,
        100.0,
        "raised",
        "no readings",
    )


def test_numbers_follow_the_order_of_raising(book):
    _raise(book, *(_ticket(f"BOT-{n:04d}-0") for n in range(300)))
    found = book.find(TicketFilter())
    assert [t.system for t in found] == [f"BOT-{n:04d}-0" for n in range(300)]
    assert [t.number for t in found] == sorted({t.number for t in found})
    assert all(_whats(book, t.number) == ["raised"] for t in found[::50])


def test_raising_twice_updates(book):
    _raise(book, _ticket())
    _raise(book, _ticket(severity=0.9, evidence={"days": 4.0}, updated_s=200.0), at_s=200.0)
    kept = _only(book)
    assert (kept.severity, kept.evidence, kept.updated_s) == (0.9, {"days": 4.0}, 200.0)
    assert (kept.opened_s, kept.state) == (100.0, TicketState.NEW)
    assert _whats(book, kept.number) == ["raised"]


def test_raising_the_same_twice_in_one_run_is_one_ticket(book):
    _raise(book, _ticket(), _ticket(severity=0.8))
    assert _only(book).severity == 0.8


def test_two_causes_or_two_systems_are_two_tickets(book):
    _raise(book, _ticket(), _ticket(fault="lamp_failed"), _ticket("BOT-0002-0"))
    assert len(book.find(TicketFilter())) == 3


def test_closing_and_closing_again(book):
    _raise(book, _ticket())
    kept = _only(book)
    book.apply(Changes(300.0, closed=[replace(kept, reason="readings are back")]))
    book.apply(Changes(400.0, closed=[kept]))
    assert book.find(TicketFilter()) == []
    closed = book.get(kept.number)
    assert (closed.closed_s, closed.state, closed.reason) == (
        300.0,
        TicketState.VERIFIED,
        "readings are back",
    )
    assert _whats(book, kept.number) == ["raised", "closed"]


def test_what_comes_again_after_closing_is_a_new_ticket(book):
    _raise(book, _ticket())
    first = _only(book)
    book.apply(Changes(300.0, closed=[first]))
    _raise(book, _ticket(opened_s=500.0), at_s=500.0)
    assert _only(book).number > first.number
    assert len(book.find(TicketFilter(open_only=False))) == 2


def test_closed_and_raised_in_one_run(book):
    _raise(book, _ticket())
    first = _only(book)
    book.apply(Changes(300.0, closed=[first], raised=[_ticket(opened_s=300.0)]))
    assert _only(book).number > first.number


def test_an_edit_of_what_people_see_is_an_event(book):
    _raise(book, _ticket())
    kept = _only(book)
    started = Edit(kept.number, state=TicketState.IN_PROGRESS)
    book.apply(Changes(200.0, edited=[started]))
    book.apply(Changes(201.0, edited=[started]))
    assert book.get(kept.number) == replace(kept, state=started.state, state_s=200.0)
    assert [(e.what, e.note) for e in book.events(kept.number)] == [
        ("raised", ""),
        ("updated", "new -> in_progress"),
    ]


def test_a_closed_ticket_is_opened_again_under_its_number(book):
    _raise(book, _ticket())
    kept = _only(book)
    book.apply(Changes(300.0, closed=[kept]))
    book.apply(Changes(400.0, reopened=[replace(kept, severity=0.8, reason="data: back")]))
    again = _only(book)
    assert (again.number, again.state) == (kept.number, TicketState.REOPENED)
    assert (again.severity, again.closed_s, again.state_s) == (0.8, None, 400.0)
    assert _whats(book, kept.number) == ["raised", "closed", "reopened"]


def test_a_gateways_ticket_stands_beside_that_of_its_first_system(book):
    gateway = {"scope": TicketScope.GATEWAY, "scope_id": "gw-boti"}
    _raise(book, _ticket(), _ticket(**gateway))
    _raise(book, _ticket("BOT-0007-0", **gateway), at_s=200.0)
    found = book.find(TicketFilter())
    assert [t.key for t in found] == [
        (TicketScope.SYSTEM, "BOT-0001-0", "silent"),
        (TicketScope.GATEWAY, "gw-boti", "silent"),
    ]


def test_tickets_closed_since_a_moment_are_found_with_the_open_ones(book):
    _raise(book, *(_ticket(f"S-{n}") for n in range(3)))
    first, second, _ = book.find(TicketFilter())
    book.apply(Changes(300.0, closed=[first]))
    book.apply(Changes(400.0, closed=[second]))
    lately = TicketFilter(closed_since_s=400.0)
    assert [t.system for t in book.find(lately)] == ["S-1", "S-2"]
    every = book.find(TicketFilter(open_only=False))
    assert [t for t in every if lately.wants(t)] == book.find(lately)


def test_an_unknown_number_undoes_everything(book):
    changes = Changes(
        1.0,
        raised=[_ticket()],
        closed=[_ticket(number=77)],
        states=[SystemState("BOT-0001-0", SystemStatus.OK, 0.0, 1.0)],
    )
    with pytest.raises(LookupError, match="77"):
        book.apply(changes)
    assert book.find(TicketFilter()) == []
    assert book.states() == {}


def test_numbers_of_numpy_and_what_json_cannot_hold(book):
    evidence = {"a": np.float32(1.5), "b": np.nan, "c": np.inf, "d": np.float64(2.0)}
    _raise(book, _ticket(severity=np.float32(0.25), due_s=np.float64(9.0), evidence=evidence))
    kept = _only(book)
    assert (kept.severity, kept.due_s) == (0.25, 9.0)
    assert (kept.evidence["a"], kept.evidence["d"]) == (1.5, 2.0)
    assert math.isnan(kept.evidence["b"])
    assert math.isnan(kept.evidence["c"])


def test_filters(book):
    _raise(book, *(_ticket(f"S-{n}", fault) for n in range(3) for fault in ("silent", "soiled")))
    assert [t.system for t in book.find(TicketFilter(systems=frozenset({"S-1"})))] == ["S-1"] * 2
    assert {t.system for t in book.find(TicketFilter(faults=frozenset({"silent"})))} == {
        "S-0",
        "S-1",
        "S-2",
    }
    assert book.find(TicketFilter(systems=frozenset())) == []
    assert book.find(TicketFilter(systems=frozenset({"S-9"}))) == []


@pytest.mark.parametrize("systems", [None, frozenset(f"S-{n}" for n in range(700))])
def test_pages_follow_each_other(book, systems):
    _raise(book, *(_ticket(f"S-{n}") for n in range(25)), _ticket("elsewhere"))
    seen, after = [], 0
    while page := book.find(TicketFilter(systems=systems, after_number=after, limit=10)):
        seen += page
        after = page[-1].number
    assert len(seen) == (26 if systems is None else 25)
    assert len({t.number for t in seen}) == len(seen)


def test_states_are_kept_and_replaced(book):
    before = SystemState("BOT-0001-0", SystemStatus.OK, 1.0, 2.0)
    after = SystemState("BOT-0001-0", SystemStatus.FAULT, 3.0, 3.0)
    other = SystemState("BOT-0002-0", SystemStatus.SILENT, 1.0, 2.0)
    book.apply(Changes(2.0, states=[before, other]))
    book.apply(Changes(3.0, states=[after]))
    assert book.states() == {"BOT-0001-0": after, "BOT-0002-0": other}


def test_the_states_of_a_district_in_one_go(book):
    states = [SystemState(f"S-{n}", SystemStatus.OK, 1.0, 2.0) for n in range(50_000)]
    book.apply(Changes(2.0, states=states))
    book.apply(Changes(3.0, states=[replace(s, status=SystemStatus.WATCH) for s in states]))
    kept = book.states()
    assert len(kept) == 50_000
    assert {s.status for s in kept.values()} == {SystemStatus.WATCH}


def test_one_open_ticket_whoever_writes(book, engine):
    _raise(book, _ticket())
    row = {"system": "BOT-0001-0", "fault": "silent", "state": "new", "reason": "", "evidence": {}}
    row |= {"severity": 0.1, "opened_s": 1.0, "updated_s": 1.0, "due_s": 1.0, "state_s": 1.0}
    row |= {"scope": "system", "scope_id": "BOT-0001-0"}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(tickets), [row])
    with engine.begin() as connection:
        connection.execute(insert(tickets), [row | {"closed_s": 2.0}])


def test_two_runs_at_once_raise_one_ticket(book):
    with ThreadPoolExecutor(4) as pool:
        raising = [_ticket(f"S-{n}") for n in range(50)]
        runs = [pool.submit(_raise, book, *raising) for _ in range(4)]
        for run in runs:
            run.result()
    found = book.find(TicketFilter(open_only=False))
    assert len(found) == 50
    assert all(_whats(book, t.number) == ["raised"] for t in found)
