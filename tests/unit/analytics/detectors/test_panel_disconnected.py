"""A panel that gives nothing is found within days; night, cloud and a full battery are not it."""

import numpy as np
import pytest

from analytics.detectors.panel_disconnected import DETECTOR
from tests.fixtures.village_physics import run, table_of
from tests.fixtures.village_runs import DAYS, healthy_village, judged, mixed_fleet, with_silence


def village(change=None, block_change=None):
    fleet = mixed_fleet()
    if change:
        change(fleet)
    block = run(fleet)
    if block_change:
        block_change(block)
    return with_silence(table_of(fleet, block))


def unplug(fleet):
    fleet.connected[11, 25:] = False
    fleet.connected[42, 25:40] = False


@pytest.fixture(scope="module")
def unplugged():
    return village(unplug)


def test_it_is_found_after_two_whole_days(unplugged):
    assert judged(unplugged, DETECTOR) == {11: 26, 42: 26}


def test_plugged_in_again_it_clears_at_once(unplugged):
    assert not DETECTOR.judge(unplugged, 39).clear[42]
    assert DETECTOR.judge(unplugged, 40).clear[42]
    assert not DETECTOR.judge(unplugged, 45).clear[11]


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_one_day_is_not_enough():
    table = village(lambda f: f.connected.__setitem__((11, 25), False))
    assert judged(table, DETECTOR) == {}


def test_a_dead_current_sensor_on_a_charging_panel_is_no_missing_panel():
    def broken(block):
        block["pv_current_a"][11] = 0.0
        block["pv_voltage_v"][11] = 0.0

    assert judged(village(block_change=broken), DETECTOR) == {}


def test_without_a_voltage_sensor_the_current_decides_a_day_later():
    def no_volts(block):
        block["pv_voltage_v"][:] = np.nan

    assert judged(village(unplug, no_volts), DETECTOR) == {11: 27, 42: 27}


def test_a_device_that_falls_silent_keeps_its_finding_undecided():
    def silent(fleet):
        unplug(fleet)
        fleet.heard[11, 30:] = False

    table = village(silent)
    later = DETECTOR.judge(table, 45)
    assert not later.set[11]
    assert not later.clear[11]


def test_the_numbers_told_are_those_of_the_last_day(unplugged):
    told = DETECTOR.judge(unplugged, 30).evidence
    assert told["panel_v"][11] < 1.0
    assert told["panel_a"][11] == pytest.approx(0.0, abs=0.05)
    assert told["battery_v"][11] < 13.6
    assert DETECTOR.judge(unplugged, DAYS - 1).severity[11] == pytest.approx(0.9)
