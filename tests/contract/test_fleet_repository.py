"""The registry in a database keeps what it is given, and refuses what cannot be."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.fleet.changes import FleetChanges
from collector.fleet.port import Fleet
from collector.fleet.repository import SqlFleet
from collector.fleet.tables import assignments, gateways

BOTI = Village("Boti", "TTS", "NTT", "Asia/Makassar", -10.0, 124.45)
HOUSE = System(
    "BOT-0001-0", Kind.HOME, "Boti", "Dusun 1", 50, 26.5, Chemistry.LEAD_ACID, 12, date(2018, 3, 1)
)
LAMP = replace(HOUSE, code="BOT-0002-0", kind=Kind.STREET_LIGHT, battery_chemistry=Chemistry.LFP)
FIRST = Assignment("D-1", HOUSE.code, 1_000)
SECOND = Assignment("D-2", LAMP.code, 1_000, None, "gw-boti", "epever_tracer", 7)
START = FleetChanges((BOTI,), (HOUSE, LAMP), begun=(FIRST, SECOND))


@pytest.fixture
def fleet(engine):
    repository = SqlFleet(engine)
    repository.change(lambda _: START)
    return repository


def test_an_empty_registry_is_an_empty_fleet(engine):
    assert SqlFleet(engine).load() == Fleet()


def test_what_was_kept_is_loaded_equal(fleet):
    loaded = fleet.load()
    assert loaded == Fleet({"Boti": BOTI}, (HOUSE, LAMP), (FIRST, SECOND))
    assert loaded.systems[1].kind is Kind.STREET_LIGHT
    assert loaded.systems[1].battery_chemistry is Chemistry.LFP


def test_of_some_devices_it_gives_what_concerns_them_and_nothing_else(fleet):
    assert fleet.of_serials(["D-2", "D-9"]) == Fleet({"Boti": BOTI}, (LAMP,), (SECOND,))
    assert fleet.of_serials([]) == fleet.of_serials(["D-9"]) == Fleet()
    many = [f"X-{n}" for n in range(12_000)]
    assert fleet.of_serials([*many, "D-1", "D-2"]) == fleet.load()


def test_names_that_were_asked_for_are_not_kept(fleet):
    fleet.of_serials(["D-1"])
    many = 12_000
    gc.collect()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        fleet.of_serials([f"X-{n}" for n in range(many)])
        kept = sys.getallocatedblocks() - before
    finally:
        gc.enable()
    assert kept < many / 4


def test_it_says_whether_it_is_large(fleet):
    assert [fleet.is_larger_than(many) for many in (0, 1, 2, 3)] == [True, True, False, False]


def test_systems_come_sorted_by_code(fleet):
    codes = ["ZZ-0001-0", "AA-0001-0", "BO-0001-0"]
    fleet.change(lambda _: FleetChanges(systems=tuple(replace(HOUSE, code=c) for c in codes)))
    loaded = [s.code for s in fleet.load().systems]
    assert loaded == sorted(loaded)


def test_villages_and_systems_are_changed_in_place(fleet):
    moved, bigger = replace(BOTI, latitude=-10.1), replace(HOUSE, panel_w=80)
    fleet.change(lambda _: FleetChanges((moved,), (bigger,)))
    loaded = fleet.load()
    assert loaded.villages == {"Boti": moved}
    assert loaded.systems == (bigger, LAMP)
    assert loaded.assignments == (FIRST, SECOND)


def test_the_plan_sees_the_registry_as_it_is(fleet):
    seen = []
    fleet.change(lambda now: seen.append(now) or FleetChanges())
    assert seen == [fleet.load()]


def test_a_swap_ends_one_assignment_and_begins_another(fleet):
    ended, begun = replace(FIRST, until_s=2_000), Assignment("D-9", HOUSE.code, 2_000)
    fleet.change(lambda _: FleetChanges(ended=(ended,), begun=(begun,)))
    assert fleet.load().by_system[HOUSE.code] == (ended, begun)


def test_devices_change_places_in_one_go(fleet):
    ended = (replace(FIRST, until_s=2_000), replace(SECOND, until_s=2_000))
    begun = (
        Assignment("D-2", HOUSE.code, 2_000),
        Assignment("D-1", LAMP.code, 2_000, None, "gw-boti", "epever_tracer", 7),
    )
    fleet.change(lambda _: FleetChanges(ended=ended, begun=begun))
    assert set(fleet.load().assignments) == {*ended, *begun}


def test_bus_addresses_change_places_in_one_go(fleet):
    on_bus = replace(FIRST, gateway="gw-boti", unit=8)
    fleet.change(lambda _: FleetChanges(corrected=((FIRST, on_bus),)))
    swapped = ((on_bus, replace(on_bus, unit=7)), (SECOND, replace(SECOND, unit=8)))
    fleet.change(lambda _: FleetChanges(corrected=swapped))
    assert {a.serial: a.unit for a in fleet.load().assignments} == {"D-1": 7, "D-2": 8}


def test_a_correction_may_move_the_beginning(fleet):
    fleet.change(lambda _: FleetChanges(corrected=((FIRST, replace(FIRST, from_s=500)),)))
    assert fleet.load().by_serial["D-1"] == (replace(FIRST, from_s=500),)


def test_gateways_are_known_with_their_village(fleet, engine):
    with engine.connect() as connection:
        assert [tuple(r) for r in connection.execute(select(gateways))] == [("gw-boti", "Boti")]


def test_a_plan_that_fails_changes_nothing(fleet):
    before = fleet.load()

    def plan(_):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fleet.change(plan)
    assert fleet.load() == before


def test_all_or_nothing(fleet):
    before = fleet.load()
    changes = FleetChanges(systems=(replace(HOUSE, panel_w=99),), begun=(replace(FIRST),))
    with pytest.raises(IntegrityError):
        fleet.change(lambda _: changes)
    assert fleet.load() == before


@pytest.mark.parametrize(
    "second",
    [
        Assignment("D-1", LAMP.code, 1_500, 1_800),  # the device is at another house
        Assignment("D-8", HOUSE.code, 1_500, 1_800),  # the house has another device
        Assignment("D-8", HOUSE.code, 1_500, None),
        Assignment("D-8", HOUSE.code, 500, 1_001),  # a second too long
        Assignment("D-8", HOUSE.code, 500, None),
    ],
)
def test_assignments_never_overlap(fleet, second):
    with pytest.raises(IntegrityError, match="overlap"):
        fleet.change(lambda _: FleetChanges(begun=(second,)))


@pytest.mark.parametrize(
    "second", [Assignment("D-1", HOUSE.code, 500, 1_000), Assignment("D-8", HOUSE.code, 500, 1_000)]
)
def test_assignments_may_touch(fleet, second):
    fleet.change(lambda _: FleetChanges(begun=(second,)))
    assert second in fleet.load().assignments


def test_an_assignment_may_not_grow_into_another(fleet):
    ended = replace(FIRST, until_s=2_000)
    later = Assignment("D-8", HOUSE.code, 3_000)
    fleet.change(lambda _: FleetChanges(ended=(ended,), begun=(later,)))
    with pytest.raises(IntegrityError, match="overlap"):
        fleet.change(lambda _: FleetChanges(corrected=((ended, replace(ended, until_s=3_001)),)))
    fleet.change(lambda _: FleetChanges(corrected=((ended, replace(ended, until_s=3_000)),)))


def test_an_assignment_ends_after_it_begins(fleet):
    with pytest.raises(IntegrityError):
        fleet.change(lambda _: FleetChanges(ended=(replace(FIRST, until_s=1_000),)))


def test_a_bus_address_is_one_device(fleet):
    other = Assignment("D-8", "BOT-0003-0", 1_000, None, "gw-boti", "", 7)
    third = replace(HOUSE, code="BOT-0003-0")
    with pytest.raises(IntegrityError):
        fleet.change(lambda _: FleetChanges(systems=(third,), begun=(other,)))
    free = replace(other, unit=9)
    fleet.change(lambda _: FleetChanges(systems=(third,), begun=(free,)))


def test_a_system_needs_its_village(fleet):
    with pytest.raises(IntegrityError):
        fleet.change(lambda _: FleetChanges(systems=(replace(HOUSE, village="Nowhere"),)))


def test_the_rules_hold_whoever_writes(fleet, engine):
    row = {"serial": "D-1", "system": LAMP.code, "from_s": 5_000, "controller": ""}
    with pytest.raises(IntegrityError, match="overlap"), engine.begin() as connection:
        connection.execute(insert(assignments), [row])


def test_two_writers_wait_for_each_other(fleet):
    """Each adds one to what it read; none may be lost."""

    def plan(now):
        house = now.by_code[HOUSE.code]
        return FleetChanges(systems=(replace(house, panel_w=house.panel_w + 1),))

    with ThreadPoolExecutor(8) as pool:
        for change in [pool.submit(fleet.change, plan) for _ in range(8)]:
            change.result()
    assert fleet.load().by_code[HOUSE.code].panel_w == 58


def test_readers_are_not_held_up_by_a_writer(fleet):
    before = fleet.load()
    seen = []
    fleet.change(lambda _: seen.append(fleet.load()) or FleetChanges(systems=(LAMP,)))
    assert seen == [before]
