"""What a file changes, worked out without a database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.domain.device import Assignment
from collector.domain.house_code import house_code
from collector.domain.registry import parse_registry
from collector.fleet.changes import FleetChanges
from collector.fleet.import_plan import RowsRefusedError, plan_import
from collector.fleet.port import Fleet
from tests.fixtures.registry_rows import records, row

INSTALLED_S = 1_519_833_600  # 2018-03-01 00:00 WITA
NOW_S = 1_700_000_000


def house(number):
    return house_code("BOT", number)


def after(fleet: Fleet, changes: FleetChanges) -> Fleet:
    """The registry with the changes carried out."""
    gone = {(a.serial, a.from_s) for a in changes.ended}
    gone |= {(old.serial, old.from_s) for old, _ in changes.corrected}
    kept = [a for a in fleet.assignments if (a.serial, a.from_s) not in gone]
    systems = dict(fleet.by_code) | {s.code: s for s in changes.systems}
    return Fleet(
        dict(fleet.villages) | {v.name: v for v in changes.villages},
        tuple(systems[code] for code in sorted(systems)),
        (*kept, *changes.ended, *(new for _, new in changes.corrected), *changes.begun),
    )


def planned(fleet, *rows, now_s=NOW_S):
    parsed = parse_registry(records(*rows))
    assert not parsed.errors
    return plan_import(parsed.rows, fleet, now_s)


def imported(*rows, fleet=None, now_s=NOW_S):
    fleet = fleet or Fleet()
    return after(fleet, planned(fleet, *rows, now_s=now_s))


def overlaps(assignments):
    """Pairs of assignments that share a device or a system and a moment."""
    end = {a: float("inf") if a.until_s is None else a.until_s for a in assignments}
    return [
        (a, b)
        for i, a in enumerate(assignments)
        for b in assignments[:i]
        if (a.serial == b.serial or a.system == b.system)
        and a.from_s < end[b]
        and b.from_s < end[a]
    ]


def test_the_first_import_begins_at_the_installation():
    changes = planned(Fleet(), row(1), row(2))
    assert [v.name for v in changes.villages] == ["Boti"]
    assert [s.code for s in changes.systems] == [house(1), house(2)]
    assert changes.begun[0] == Assignment("D-1", house(1), INSTALLED_S)
    assert not changes.ended


def test_the_second_import_changes_nothing():
    fleet = imported(row(1), row(2, gateway="gw", unit="1"))
    assert not planned(fleet, row(1), row(2, gateway="gw", unit="1"), now_s=NOW_S + 9).any


def test_a_changed_serial_is_a_device_swap_now():
    fleet = imported(row(1))
    changes = planned(fleet, row(1, serial="D-9"))
    assert changes.ended == (Assignment("D-1", house(1), INSTALLED_S, NOW_S),)
    assert changes.begun == (Assignment("D-9", house(1), NOW_S),)
    assert not changes.systems
    swapped = after(fleet, changes)
    assert swapped.system_at("D-1", NOW_S - 1) == swapped.system_at("D-9", NOW_S)
    assert swapped.system_at("D-1", NOW_S) is None


def test_two_houses_change_devices():
    fleet = imported(row(1), row(2))
    changes = planned(fleet, row(1, serial="D-2"), row(2, serial="D-1"))
    changed = after(fleet, changes)
    assert not overlaps(changed.assignments)
    assert changed.by_system[house(1)][-1].serial == "D-2"
    assert changed.by_system[house(2)][-1].serial == "D-1"


def test_a_device_still_at_a_house_outside_the_file_is_refused():
    fleet = imported(row(1), row(2))
    with pytest.raises(RowsRefusedError) as caught:
        planned(fleet, row(3, serial="D-2"))
    (error,) = caught.value.errors
    assert (error.row, error.column) == (2, "serial")
    assert house(2) in error.id
    assert house(2) in error.en


def test_a_device_freed_in_the_same_file_moves_on():
    fleet = imported(row(1))
    moved = imported(row(1, serial="D-8"), row(2, serial="D-1"), fleet=fleet)
    assert moved.by_serial["D-1"][-1] == Assignment("D-1", house(2), NOW_S)
    assert not overlaps(moved.assignments)


def test_a_device_that_comes_back_begins_anew():
    fleet = imported(row(1, serial="D-9"), fleet=imported(row(1)))
    back = imported(row(1), fleet=fleet, now_s=NOW_S + 60)
    assert [a.serial for a in back.by_system[house(1)]] == ["D-1", "D-9", "D-1"]
    assert back.by_serial["D-1"][-1].from_s == NOW_S + 60


def test_a_corrected_gateway_is_no_swap():
    fleet = imported(row(1))
    changes = planned(fleet, row(1, gateway="gw-boti", controller="epever_tracer", unit="3"))
    ((old, new),) = changes.corrected
    assert new == replace(old, gateway="gw-boti", controller="epever_tracer", unit=3)
    assert not changes.ended
    assert not changes.begun


def test_a_corrected_day_of_installation_moves_the_beginning():
    changes = planned(imported(row(1)), row(1, installed_on="2018-03-02"))
    ((_, new),) = changes.corrected
    assert new.from_s == INSTALLED_S + 86_400


def test_a_swapped_device_keeps_its_beginning_when_the_day_is_corrected():
    fleet = imported(row(1, serial="D-9"), fleet=imported(row(1)))
    changes = planned(fleet, row(1, serial="D-9", installed_on="2018-03-02"))
    assert not changes.corrected
    assert len(changes.systems) == 1


def test_a_swap_before_the_first_day_still_lasts_a_second():
    fleet = imported(row(1), now_s=INSTALLED_S - 999)
    changed = imported(row(1, serial="D-9"), fleet=fleet, now_s=INSTALLED_S - 500)
    assert not overlaps(changed.assignments)
    assert all(a.until_s is None or a.until_s > a.from_s for a in changed.assignments)


def test_a_bus_address_in_use_outside_the_file_is_refused():
    fleet = imported(row(1, gateway="gw", unit="1"))
    with pytest.raises(RowsRefusedError) as caught:
        planned(fleet, row(2, gateway="gw", unit="1"))
    assert [(e.row, e.column) for e in caught.value.errors] == [(2, "unit")]
    assert not planned(fleet, row(2, gateway="gw", unit="2")).ended


def test_houses_the_file_does_not_name_stay():
    fleet = imported(row(1), row(2))
    changed = imported(row(2, panel_w="80"), fleet=fleet)
    assert changed.by_code[house(1)] == fleet.by_code[house(1)]
    assert changed.by_code[house(2)].panel_w == 80
    assert changed.assignments == fleet.assignments


@given(st.lists(st.permutations(range(1, 6)).map(lambda p: p[:4]), min_size=1, max_size=6))
def test_no_history_of_swaps_ever_overlaps(devices_at_houses):
    """Five devices go round four houses, import after import."""
    fleet = Fleet()
    for i, devices in enumerate(devices_at_houses):
        rows = [row(n, serial=f"D-{device}") for n, device in enumerate(devices, 1)]
        fleet = imported(*rows, fleet=fleet, now_s=NOW_S + i // 2)
        assert not overlaps(fleet.assignments)
        assert not planned(fleet, *rows, now_s=NOW_S + 100).any
        current = {a.system: a.serial for a in fleet.assignments if a.until_s is None}
        assert current == {house(n): f"D-{device}" for n, device in enumerate(devices, 1)}
