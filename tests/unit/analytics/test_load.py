"""From devices to systems: swaps, gaps, chunks."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics import load
from analytics.indicators.daily import INDICATORS
from analytics.load import measured_days, neighbourhoods, nothing_heard, system_block
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


def measured(registry, block, first=0, days=DAYS):
    (place,) = neighbourhoods(registry)
    first_day = FIRST_DAY + timedelta(first)
    return measured_days(ArrayStore(block), registry, place, first_day, days)


def test_days_are_the_same_in_however_many_pieces_they_are_read(village, monkeypatch):
    _, registry, block = village
    whole = measured(registry, block)
    monkeypatch.setattr(load, "BLOCK_CELLS", 7 * 96 * 3)
    np.testing.assert_array_equal(whole, measured(registry, block))
    alone = [measured(registry, block, day, 1) for day in range(DAYS)]
    np.testing.assert_array_equal(whole, np.concatenate(alone, axis=2))


def test_a_system_unheard_has_no_number_but_its_count(village):
    fleet, registry, _ = village
    block = without_days(run(fleet), slice(1, 2), slice(2, 6))
    found = measured(registry, block)
    np.testing.assert_array_equal(found[:, 1, 4], nothing_heard(1, 1)[:, 0, 0])
    assert np.isfinite(found[:, 0, 4]).sum() > np.isfinite(found[:, 1, 4]).sum()
    counts = dict(zip((i.name for i in INDICATORS), nothing_heard(2, 3), strict=True))
    assert (counts["rows"] == 0).all()
    assert (counts["coverage"] == 0).all()


def test_large_villages_are_judged_in_equal_parts(monkeypatch):
    fleet = Fleet(systems(11), 1)
    monkeypatch.setattr(load, "MOST_NEIGHBOURS", 5)
    parts = neighbourhoods(registry_of(fleet))
    assert [(p.part, len(p.systems)) for p in parts] == [(0, 4), (1, 4), (2, 3)]
    assert sum((p.systems for p in parts), ()) == fleet.systems
