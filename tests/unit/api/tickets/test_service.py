"""Which jobs there are, when they fall due, and in which order a person meets them."""

import dataclasses
import itertools

import pytest

from analytics.tickets.port import TicketFilter
from analytics.tickets.ticket import Ticket, TicketState
from api.fleet.snapshot import FleetView
from api.problems.catalogue import ProblemError
from api.tickets.service import (
    Due,
    by_place,
    due_of,
    find_tickets,
    jobs,
    known_ticket,
    tickets_of_system,
)
from collector.domain.clock import DAY_S
from tests.unit.api.world import NOW_S

HOUR = 3600
WITA = "Asia/Makassar"


@pytest.fixture
def snapshot(world):
    return FleetView(world.services()).now()


def ticket(due_s: float, number: int = 1) -> Ticket:
    return Ticket(number, "x", "silent", TicketState.NEW, 0.5, NOW_S, NOW_S, due_s)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (-0.01, Due.OVERDUE),
        (0, Due.TODAY),
        (9.9, Due.TODAY),  # 23:59 of the 22nd
        (9.95, Due.WEEK),  # 00:02 of the 23rd
        (6 * 24 + 9.9, Due.WEEK),
        (6 * 24 + 9.95, Due.LATER),
    ],
)
def test_due_follows_the_villages_calendar(hours, due):
    assert due_of(ticket(NOW_S + hours * HOUR), NOW_S, WITA) is due


def test_the_same_moment_is_another_day_further_east():
    late = ticket(NOW_S + 9.5 * HOUR)  # 23:35 in Timor, 00:35 in Maluku
    assert due_of(late, NOW_S, WITA) is Due.TODAY
    assert due_of(late, NOW_S, "Asia/Jayapura") is Due.WEEK


def test_jobs_are_open_registered_and_by_deadline(snapshot, world):
    found = jobs(snapshot)
    assert len(found) == len(world.book.tickets)
    deadlines = [job.ticket.due_s for job in found]
    assert deadlines == sorted(deadlines)


def test_a_ticket_of_a_system_that_is_gone_is_no_job(world):
    number, first = next(iter(world.book.tickets.items()))
    world.book.tickets[number] = dataclasses.replace(first, system="GONE")
    found = jobs(FleetView(world.services()).now())
    assert number not in {job.ticket.number for job in found}


def test_filters_by_village_and_fault(snapshot):
    assert {j.system.village for j in jobs(snapshot, village="boti")} == {"Boti"}
    assert {j.ticket.fault for j in jobs(snapshot, fault="silent")} == {"silent"}
    assert jobs(snapshot, fault="no_such_fault") == []
    with pytest.raises(ProblemError):
        jobs(snapshot, village="Atlantis")


def test_places_stay_together_and_the_most_urgent_place_is_first(snapshot):
    found = jobs(snapshot)
    placed = by_place(found)
    assert placed[0] == found[0]
    assert sorted(j.ticket.number for j in placed) == sorted(j.ticket.number for j in found)
    for key in (lambda j: j.system.village, lambda j: (j.system.village, j.system.hamlet)):
        places = [key(job) for job in placed]
        blocks = 1 + sum(a != b for a, b in itertools.pairwise(places))
        assert blocks == len(set(places))
    for place in {(j.system.village, j.system.hamlet) for j in placed}:
        due = [j.ticket.due_s for j in placed if (j.system.village, j.system.hamlet) == place]
        assert due == sorted(due)


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30, 7])
def test_a_number_without_ticket_is_told(world, number):
    with pytest.raises(ProblemError, match="no ticket"):
        known_ticket(world.book, number)


def test_all_tickets_of_a_house_newest_first(world):
    first = next(iter(world.book.tickets.values()))
    older = dataclasses.replace(
        first, number=1, opened_s=first.opened_s - DAY_S, closed_s=NOW_S, state=TicketState.VERIFIED
    )
    world.book.tickets[1] = older
    assert tickets_of_system(world.book, first.system) == [first, older]


def test_pages_of_tickets_end_exactly(world, snapshot):
    total = len(world.book.tickets)
    services = world.services()
    page, cursor = find_tickets(services, snapshot, TicketFilter(limit=total), None)
    assert (len(page), cursor) == (total, None)
    page, cursor = find_tickets(services, snapshot, TicketFilter(limit=total - 1), None)
    assert cursor == page[-1].number


def test_an_unknown_fault_is_named(world, snapshot):
    wanted = TicketFilter(faults=frozenset({"gremlins"}))
    with pytest.raises(ProblemError, match="gremlins"):
        find_tickets(world.services(), snapshot, wanted, None)
