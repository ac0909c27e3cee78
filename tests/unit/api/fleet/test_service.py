"""Counts, village rows, lists of systems, and the words for a code that is wrong."""

import dataclasses
from collections import Counter

import pytest

from analytics.tickets.ticket import SystemStatus
from api.fleet.service import (
    SystemFilter,
    count_by_status,
    find_systems,
    known_system,
    known_village,
    village_rows,
)
from api.fleet.snapshot import FleetView
from api.problems.catalogue import MISTYPED_CODE, UNKNOWN_SYSTEM, ProblemError
from collector.domain.device import Kind
from tests.unit.api.world import NOW_S


@pytest.fixture
def snapshot(world):
    return FleetView(world.services()).now()


def test_every_system_is_counted_once_and_the_never_judged_are_new(snapshot, world):
    counts = count_by_status(snapshot, snapshot.fleet.systems)
    expected = Counter(s.status for s in world.book.judged.values())
    assert sum(counts.values()) == 206
    assert counts[SystemStatus.NEW] == 206 - len(world.book.judged) == 6
    assert all(counts[status] == expected[status] for status in expected)


def test_rows_add_up_and_urgent_villages_come_first(snapshot, world):
    rows = village_rows(snapshot, {})
    assert sum(r.systems for r in rows) == 206
    assert sum(r.open_tickets for r in rows) == len(world.book.tickets)
    assert [r.overdue for r in rows] == sorted((r.overdue for r in rows), reverse=True)
    assert rows[0].overdue > 0
    assert all(sum(r.by_status.values()) == r.systems for r in rows)


def test_the_newest_reading_of_a_village_is_that_of_its_newest_system(snapshot):
    first, second = (s.code for s in snapshot.systems_of["Boti"][:2])
    rows = village_rows(snapshot, {first: NOW_S - 900, second: NOW_S - 60})
    newest = {r.village.name: r.newest_s for r in rows}
    assert newest["Boti"] == NOW_S - 60
    assert newest["Luhu"] is None


def test_pages_by_cursor_give_every_system_once(snapshot):
    seen, cursor = [], ""
    while cursor is not None:
        page = find_systems(snapshot, SystemFilter(), cursor, 37)
        assert page.total == 206
        seen += [s.code for s in page.items]
        cursor = page.next_cursor
    assert seen == [s.code for s in snapshot.fleet.systems]


def test_a_page_that_ends_with_the_list_has_no_next(snapshot):
    assert find_systems(snapshot, SystemFilter(), "", 206).next_cursor is None
    assert find_systems(snapshot, SystemFilter(), "", 205).next_cursor is not None
    assert find_systems(snapshot, SystemFilter(), "ZZZ", 10).items == []


def test_filters_narrow_and_combine(snapshot, world):
    faulty = find_systems(snapshot, SystemFilter(status=SystemStatus.FAULT), "", 500)
    assert {s.code for s in faulty.items} == {
        code for code, state in world.book.judged.items() if state.status is SystemStatus.FAULT
    }
    lamps = find_systems(snapshot, SystemFilter("luhu", None, Kind.STREET_LIGHT), "", 500)
    assert lamps.total == 6
    assert find_systems(snapshot, SystemFilter("Luhu", None, Kind.HOME), "", 500).total == 0


def test_an_unknown_village_is_named(snapshot):
    with pytest.raises(ProblemError, match="Atlantis"):
        known_village(snapshot, "Atlantis")
    assert known_village(snapshot, " BOTI ").name == "Boti"


@pytest.mark.parametrize("typed", ["OEM-0001-P", "oem-0001-p", " oem 0001 p", "OEM0001P"])
def test_a_code_is_read_however_it_is_typed(snapshot, typed):
    assert known_system(snapshot, typed).code == "OEM-0001-P"


@pytest.mark.parametrize(
    ("typed", "problem", "words"),
    [
        ("OEM-0001-Q", MISTYPED_CODE, "salah ketik"),
        ("OEM-0009-0", MISTYPED_CODE, "salah ketik"),
        ("OEM-9999-Z", UNKNOWN_SYSTEM, "tidak ada dalam daftar"),
        ("hello", UNKNOWN_SYSTEM, "bukan kode rumah"),
        ("", UNKNOWN_SYSTEM, "bukan kode rumah"),
        ("x" * 500, UNKNOWN_SYSTEM, "bukan kode rumah"),
    ],
)
def test_a_wrong_code_says_why(snapshot, typed, problem, words):
    with pytest.raises(ProblemError) as raised:
        known_system(snapshot, typed)
    assert raised.value.problem is problem
    assert words in raised.value.detail.id
    assert len(raised.value.detail.id) < 120


def test_codes_that_are_not_in_our_form_are_found_as_they_stand(world):
    odd = dataclasses.replace(world.fleet.systems[0], code="PJU/7")
    world.registry.fleet = dataclasses.replace(world.fleet, systems=(odd,), assignments=())
    assert known_system(FleetView(world.services()).now(), "pju/7").code == "PJU/7"
