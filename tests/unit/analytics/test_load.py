"""From devices to systems: swaps, gaps, chunks."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics import load
from analytics.load import indicator_table, neighbourhoods, system_block
from collector.domain.block import Block
from collector.domain.clock import DAY_S
from collector.domain.device import Assignment
from collector.fleet.port import Fleet as Registry
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.village_fleet import INSTALLED_S, registry_of, without_days
from tests.fixtures.village_physics import FIRST_DAY, Fleet, run, systems

DAYS = 8


@pytest.fixture(scope="module")
def village():
    fleet = Fleet(systems(7), DAYS, seed=9)
    return fleet, registry_of(fleet), run(fleet)


def window(block: Block):
    return block.start_s, block.start_s + block.steps * block.step_s


def same(one, other):
    for field in one.values:
        np.testing.assert_array_equal(one[field], other[field])
    np.testing.assert_array_equal(one.rows, other.rows)


def test_one_device_a_system_is_the_block_by_code(village):
    fleet, registry, block = village
    found = system_block(ArrayStore(block), registry, fleet.systems, window(block))
    assert found.labels == block.labels
    np.testing.assert_array_equal(found["load_current_a"], block["load_current_a"])


def test_rows_follow_the_systems_not_the_serials(village):
    fleet, registry, block = village
    turned = fleet.systems[::-1]
    found = system_block(ArrayStore(block), registry, turned, window(block))
    np.testing.assert_array_equal(found["pv_current_a"], block["pv_current_a"][::-1])


def test_a_swapped_device_goes_on_in_its_successor(village):
    fleet, registry, block = village
    code = fleet.systems[2].code
    swap_s = block.start_s + 3 * DAY_S + 450
    kept = [a for a in registry.assignments if a.system != code]
    swapped = Registry(
        registry.villages,
        registry.systems,
        (
            *kept,
            Assignment("OLD", code, INSTALLED_S, swap_s),
            Assignment("NEW", code, swap_s),
        ),
    )
    labels = tuple("OLD" if x == code else x for x in block.labels)
    twice = Block(
        (*labels, "NEW"),
        block.start_s,
        block.step_s,
        {f: np.concatenate([v, v[2:3] + 1]) for f, v in block.values.items()},
        np.concatenate([block.rows, block.rows[2:3]]),
    )
    found = system_block(ArrayStore(twice), swapped, fleet.systems, window(block))
    at = 3 * 96 + 1
    for field in ("battery_voltage_v", "load_current_a"):
        np.testing.assert_array_equal(found[field][2, :at], block[field][2, :at])
        np.testing.assert_allclose(found[field][2, at:], block[field][2, at:] + 1, rtol=1e-6)
        np.testing.assert_array_equal(found[field][3], block[field][3])


def test_a_device_counts_only_while_it_is_assigned(village):
    fleet, registry, block = village
    end_s = block.start_s + 2 * DAY_S
    ended = tuple(
        replace(a, until_s=end_s) if a.system == fleet.systems[0].code else a
        for a in registry.assignments
    )
    found = system_block(
        ArrayStore(block), replace(registry, assignments=ended), fleet.systems, window(block)
    )
    assert found.rows[0, : 2 * 96].all()
    assert not found.rows[0, 2 * 96 :].any()
    assert np.isnan(found["battery_voltage_v"][0, 2 * 96 :]).all()


def test_a_system_without_a_device_is_empty(village):
    fleet, registry, block = village
    bare = replace(registry, assignments=registry.assignments[1:])
    found = system_block(ArrayStore(block), bare, fleet.systems, window(block))
    assert not found.rows[0].any()
    assert found.rows[1].all()


def test_no_devices_at_all_read_nothing(village):
    fleet, registry, block = village
    store = ArrayStore(block)
    found = system_block(store, replace(registry, assignments=()), fleet.systems, window(block))
    assert not found.rows.any()
    assert store.reads == 0


def table(registry, block, first=0, days=DAYS):
    (place,) = neighbourhoods(registry)
    return indicator_table(ArrayStore(block), registry, place, FIRST_DAY + timedelta(first), days)


def test_the_table_is_the_same_in_however_many_pieces_it_is_read(village, monkeypatch):
    _, registry, block = village
    whole = table(registry, block)
    monkeypatch.setattr(load, "BLOCK_CELLS", 7 * 96 * 3)
    pieces = table(registry, block)
    assert whole.days == pieces.days
    for name, values in whole.values.items():
        np.testing.assert_allclose(values, pieces[name], rtol=1e-5, atol=1e-5, err_msg=name)


def test_days_before_and_after_the_record_are_empty_and_not_silent(village):
    _, registry, block = village
    found = table(registry, block, first=-5, days=DAYS + 5)
    # On the day before the first, the devices report from noon on.
    assert (found["rows"][:, :4] == 0).all()
    assert (found["rows"][:, 5:] == 96).all()
    assert np.isnan(found["unheard_days"][:, :4]).all()
    assert (found["unheard_days"][:, 5:] == 0).all()


def test_what_was_last_heard_before_the_span_is_looked_up(village):
    fleet, registry, _ = village
    block = without_days(run(fleet), slice(1, 2), slice(2, DAYS))
    found = table(registry, block, first=4, days=3)
    np.testing.assert_array_equal(found["unheard_days"][1], [3, 4, 5])
    assert (found["unheard_days"][0] == 0).all()


def test_gateways_are_numbered_and_direct_devices_have_none(village):
    fleet, _, block = village
    found = table(registry_of(fleet, through_gateway=3), block)
    assert found.gateway_code.tolist() == [0, 0, 0, -1, -1, -1, -1]


def test_large_villages_are_judged_in_equal_parts(monkeypatch):
    fleet = Fleet(systems(11), 1)
    monkeypatch.setattr(load, "MOST_NEIGHBOURS", 5)
    parts = neighbourhoods(registry_of(fleet))
    assert [len(p.systems) for p in parts] == [4, 4, 3]
    assert sum((p.systems for p in parts), ()) == fleet.systems
