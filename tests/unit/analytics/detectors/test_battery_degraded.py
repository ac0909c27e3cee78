"""Weak batteries are found; heavy users, wet weeks and coarse sensors are not taken for them."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_capacity import usable_capacity
from analytics.detectors.battery_degraded import DETECTOR
from tests.fixtures.village_physics import Fleet, run, systems, table_of, weather
from tests.fixtures.village_runs import (
    DAYS,
    LITHIUM,
    healthy_village,
    judged,
    mixed_fleet,
    with_silence,
)


def fading(first: float, last: float) -> np.ndarray:
    return np.linspace(first, last, DAYS)


@pytest.fixture(scope="module")
def weak_village():
    """Rows 1-3 fade from 0.9 to 0.3; lithium row 41, a heavy user, to nothing."""
    fleet = mixed_fleet()
    fleet.health[1:4] = fading(0.9, 0.3)
    fleet.resistance[1:4] *= 1 + 1.5 * (1 - fleet.health[1:4] / 0.9)
    fleet.health[LITHIUM.start + 1] = fading(0.9, 0.05)
    fleet.use[LITHIUM.start + 1] *= 3.0
    return with_silence(table_of(fleet))


def test_fading_batteries_are_found_and_no_others(weak_village):
    found = judged(weak_village, DETECTOR)
    assert set(found) == {1, 2, 3, LITHIUM.start + 1}


def test_they_are_found_only_once_they_are_weak(weak_village):
    health = np.linspace(0.9, 0.3, DAYS)
    for row, day in judged(weak_village, DETECTOR).items():
        if row in (1, 2, 3):
            assert health[day] < 0.72


def test_capacity_is_told_about_right(weak_village):
    capacity = usable_capacity(weak_village, DAYS - 1)
    assert (capacity.nights[1:4] >= 8).all()
    np.testing.assert_allclose(capacity.share[1:4], 0.41, atol=0.12)


def test_healthy_twins_through_wet_weeks_haze_and_heavy_use_are_left_alone():
    for seed in (1, 2):
        assert judged(healthy_village(seed), DETECTOR) == {}


def test_a_battery_weak_from_the_first_day_is_found_without_any_decline():
    fleet = mixed_fleet(3)
    fleet.health[7] = 0.35
    fleet.resistance[7] *= 2
    assert list(judged(with_silence(table_of(fleet)), DETECTOR)) == [7]


def test_a_new_battery_clears_it():
    fleet = mixed_fleet()
    fleet.health[2] = np.where(np.arange(DAYS) < 30, 0.35, 1.0)
    fleet.resistance[2] *= np.where(np.arange(DAYS) < 30, 2.0, 1.0)
    table = with_silence(table_of(fleet))
    assert DETECTOR.judge(table, 28).set[2]
    end = DETECTOR.judge(table, DAYS - 1)
    assert end.clear[2]
    assert not end.set[2]


@pytest.mark.parametrize("missing", ["battery_current_a", "battery_temperature_c", "pv_voltage_v"])
def test_missing_sensors_change_no_finding(missing):
    fleet = mixed_fleet()
    fleet.health[2] = fading(0.9, 0.3)
    fleet.resistance[2] *= 1.8
    block = run(fleet)
    block[missing][:] = np.nan
    assert list(judged(with_silence(table_of(fleet, block)), DETECTOR)) == [2]


def test_volts_in_steps_of_a_tenth_invent_nothing():
    fleet = mixed_fleet(2)
    block = run(fleet)
    block["battery_voltage_v"][:] = np.round(block["battery_voltage_v"], 1)
    assert judged(with_silence(table_of(fleet, block)), DETECTOR) == {}


def test_volt_sensors_that_differ_invent_nothing():
    fleet = mixed_fleet(2)
    block = run(fleet)
    offset = np.random.default_rng(5).uniform(-0.06, 0.06, (len(fleet.systems), 1))
    block["battery_voltage_v"][:] += offset.astype(np.float32)
    assert judged(with_silence(table_of(fleet, block)), DETECTOR) == {}


def test_three_homes_without_neighbours_are_not_accused():
    fleet = Fleet(systems(3), DAYS, seed=6, sky=weather(DAYS, 6, wet=(20, 30)))
    fleet.use[0] *= 2.0
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}


def test_with_few_nights_nothing_is_said():
    table = healthy_village()
    first = DETECTOR.judge(table, 4)
    assert not first.set.any()
    assert not first.clear.any()


def test_a_smaller_battery_than_registered_is_seen_only_where_it_is_much_smaller():
    fleet = mixed_fleet(2)
    members = list(fleet.systems)
    members[9] = replace(members[9], battery_ah=46.0)
    block = run(fleet)
    fleet.systems = tuple(members)
    assert judged(with_silence(table_of(fleet, block)), DETECTOR) == {}
