"""Load past the meter is found by current or by energy; meters off and quiet homes are not it."""

from functools import cache

import numpy as np
import pytest

from analytics.detectors.load_bypassed import DETECTOR
from tests.fixtures.village_physics import run
from tests.fixtures.village_runs import (
    healthy_village,
    judged,
    mixed_fleet,
    mixed_village,
    of_block,
)

HOME, PARTLY, MENDED, AWAY = 6, 11, 16, 21
LITHIUM_HOME, LITHIUM_AWAY = 41, 44


@cache
def events():
    """From day 30: two bypasses, one that ends after ten days, and a home that uses a third."""
    fleet = mixed_fleet()
    fleet.past_meter[PARTLY, 30:] = 0.7
    fleet.past_meter[HOME, 30:] = 1.0
    fleet.past_meter[MENDED, 30:40] = 1.0
    fleet.switched[AWAY, 30:] = 0.3
    return run(fleet)


def blind(block):
    block["battery_current_a"][:] = np.nan


def computed(block):
    block["battery_current_a"][:] = block["pv_current_a"] - block["load_current_a"]


def test_a_measured_battery_current_tells_after_three_nights():
    assert judged(of_block(events()), DETECTOR) == {PARTLY: 33, HOME: 33, MENDED: 33}


@pytest.mark.parametrize("current", [blind, computed], ids=["absent", "computed"])
def test_without_one_the_energy_tells_within_two_weeks_and_little_use_is_no_bypass(current):
    found = judged(of_block(events(), current), DETECTOR)
    assert HOME in found
    assert found[HOME] <= 44
    assert set(found) <= {PARTLY, HOME, MENDED}


def test_who_was_mostly_away_before_gives_no_usual_load():
    table = of_block(events(), blind)
    assert HOME in judged(table, DETECTOR)
    table["load_a_max"][HOME, :60][np.arange(60) % 3 > 0] = 0.0
    assert HOME not in judged(table, DETECTOR)


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_healthy_twins_without_a_battery_current_are_left_alone():
    assert judged(mixed_village(blind), DETECTOR) == {}


def test_a_meter_that_is_off_is_off_all_night():
    def offset(block):
        block["battery_current_a"][HOME, 48 + 30 * 96 :] -= 0.3

    assert judged(mixed_village(offset), DETECTOR) == {}


def test_it_clears_when_the_meter_sees_all_again():
    table = of_block(events())
    assert not DETECTOR.judge(table, 39).clear[MENDED]
    assert DETECTOR.judge(table, 41).clear[MENDED]


def test_a_full_lithium_battery_tells_where_the_load_went():
    """Its voltage is flat, but it stores nothing while it is full; a family away saves the sun."""
    fleet = mixed_fleet()
    fleet.sky[:] = np.maximum(fleet.sky, 0.8)
    fleet.past_meter[LITHIUM_HOME, 30:] = 0.8
    fleet.switched[LITHIUM_AWAY, 30:] = 0.2

    def flat(block):
        blind(block)
        for row in (LITHIUM_HOME, LITHIUM_AWAY):
            night = block["pv_voltage_v"][row] < 5.0
            block["battery_voltage_v"][row, night] = 13.3

    found = judged(of_block(run(fleet), flat), DETECTOR)
    assert LITHIUM_HOME in found
    assert LITHIUM_AWAY not in found
