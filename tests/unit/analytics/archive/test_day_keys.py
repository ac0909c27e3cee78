"""A day's key changes with what its numbers were computed from, and with nothing else."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.archive.day_keys import day_keys
from analytics.load import neighbourhoods
from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import Assignment
from tests.fixtures.village_fleet import registry_of
from tests.fixtures.village_physics import FIRST_DAY, VILLAGE, Fleet, systems

DAYS = 10
START_S = day_start_s(FIRST_DAY, VILLAGE.timezone)


@pytest.fixture
def registry():
    return registry_of(Fleet(systems(4), 1))


def keys(registry, first=0, days=DAYS):
    (place,) = neighbourhoods(registry)
    return day_keys(registry, place, FIRST_DAY + timedelta(first), days)


def changed(one, other):
    return np.flatnonzero(keys(one) != keys(other)).tolist()


def with_device(registry, system, *spans):
    """The registry with other devices at a system: (serial, from day, until day or None)."""
    others = tuple(a for a in registry.assignments if a.system != system)
    begun = tuple(
        Assignment(
            serial,
            system,
            int(START_S + first * DAY_S),
            None if until is None else int(START_S + until * DAY_S),
        )
        for serial, first, until in spans
    )
    return replace(registry, assignments=(*others, *begun))


def test_the_same_registry_gives_the_same_keys_whatever_the_span(registry):
    np.testing.assert_array_equal(keys(registry)[3:7], keys(registry, 3, 4))
    assert (keys(registry) != 0).all()


def test_order_of_devices_does_not_matter(registry):
    turned = replace(registry, assignments=registry.assignments[::-1])
    assert changed(registry, turned) == []


@pytest.mark.parametrize(
    ("field", "value"), [("battery_ah", 65.0), ("panel_w", 80.0), ("nominal_v", 24.0)]
)
def test_other_facts_are_another_day(registry, field, value):
    first, *others = registry.systems
    other = replace(registry, systems=(replace(first, **{field: value}), *others))
    assert changed(registry, other) == list(range(DAYS))


def test_the_village_elsewhere_is_another_day(registry):
    moved = replace(registry, villages={"Boti": replace(VILLAGE, longitude=130.0)})
    assert changed(registry, moved) == list(range(DAYS))


def test_a_system_without_a_device_changes_nothing(registry):
    more = (*registry.systems, replace(registry.systems[0], code="BOT-9999"))
    assert changed(registry, replace(registry, systems=more)) == []


def test_a_device_counts_on_the_days_it_has_a_part_in(registry):
    """Noon before the day to its end: a device from day 4 on has a part in day 4, not in 3."""
    whole = with_device(registry, "BOT-0002", ("A", -99, None))
    later = with_device(registry, "BOT-0002", ("A", 4, None))
    assert changed(whole, later) == [0, 1, 2, 3, 4]
    none = with_device(registry, "BOT-0002")
    assert changed(none, later) == [4, 5, 6, 7, 8, 9]
    ended = with_device(registry, "BOT-0002", ("A", -99, 4))
    assert changed(none, ended) == [0, 1, 2, 3, 4]
    assert changed(whole, ended) == [4, 5, 6, 7, 8, 9]


def test_a_swap_changes_its_days_and_those_after(registry):
    before = with_device(registry, "BOT-0002", ("A", -99, None))
    swapped = with_device(registry, "BOT-0002", ("A", -99, 5.3), ("B", 5.3, None))
    assert changed(before, swapped) == [5, 6, 7, 8, 9]
    hour_later = with_device(registry, "BOT-0002", ("A", -99, 5.35), ("B", 5.35, None))
    assert changed(swapped, hour_later) == [5]
    at_dusk = with_device(registry, "BOT-0002", ("A", -99, 5.75), ("B", 5.75, None))
    assert changed(swapped, at_dusk) == [5, 6]


def test_two_short_spans_in_one_day_are_told_apart(registry):
    one = with_device(registry, "BOT-0002", ("A", 5.1, 5.2), ("A", 5.3, 5.4))
    other = with_device(registry, "BOT-0002", ("A", 5.1, 5.2), ("A", 5.3, 5.45))
    assert changed(one, other) == [5]
