"""A plug that lets go again and again is found; clouds, gaps and missing panels are not it."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.panel_connector_loose import DETECTOR
from analytics.detectors.panel_soiled import DETECTOR as SOILED
from tests.fixtures.village_physics import run, table_of
from tests.fixtures.village_runs import DAYS, healthy_village, judged, mixed_fleet, with_silence

SINCE = 48 + 30 * 96


def village(change):
    fleet = mixed_fleet()
    block = run(fleet)
    change(block)
    return with_silence(table_of(fleet, block))


def let_go(block, rows, share, *, until=None, volts=0.0):
    """Single samples from day 30 on in which the panel is not there."""
    rng = np.random.default_rng(3)
    for row in rows:
        gone = rng.random(block.steps) < share
        gone[:SINCE] = False
        gone[until:] &= until is None
        block["pv_current_a"][row, gone] = 0.0
        block["pv_voltage_v"][row, gone] = volts


@pytest.fixture(scope="module")
def loose():
    return village(lambda b: let_go(b, [4, 42], 0.2))


def test_it_is_found_within_days(loose):
    found = judged(loose, DETECTOR)
    assert set(found) == {4, 42}
    assert max(found.values()) <= 34


def test_it_is_not_called_dirt(loose):
    assert judged(loose, SOILED) == {}


def test_its_numbers_are_told(loose):
    told = DETECTOR.judge(loose, DAYS - 1).evidence
    assert told["loose_days"][4] >= 3
    assert 3 <= told["drops_a_day"][4] <= 15
    assert 0.5 <= told["open_h"][4] <= 4


def test_tightened_it_clears():
    table = village(lambda b: let_go(b, [4], 0.2, until=48 + 45 * 96))
    assert DETECTOR.judge(table, 44).set[4]
    assert not DETECTOR.judge(table, 46).clear[4]
    end = DETECTOR.judge(table, DAYS - 1)
    assert end.clear[4]
    assert not end.set[4]


def test_without_a_voltage_sensor_the_current_tells_while_it_runs_free():
    def no_volts(block):
        let_go(block, [4], 0.35)
        block["pv_voltage_v"][:] = np.nan
        # Its household uses so much that the charger never holds back.
        block["battery_voltage_v"][4] = np.minimum(block["battery_voltage_v"][4], 13.2)

    assert set(judged(village(no_volts), DETECTOR)) == {4}


def test_healthy_twins_are_left_alone():
    for seed in (1, 2):
        assert judged(healthy_village(seed), DETECTOR) == {}


@pytest.mark.parametrize(("a_day", "found"), [(2.0, True), (1.0, False)])
def test_twice_on_three_days_of_a_week_is_enough_and_once_is_a_cloud(a_day, found):
    """One sample in a quarter of an hour sees few of the times it let go."""
    table = healthy_village(1)
    drops = table["panel_drops"].copy()
    drops[4, -6::2] = a_day
    table = replace(table, values={**table.values, "panel_drops": drops})
    assert DETECTOR.judge(table, DAYS - 1).set[4] == found


def test_one_bad_day_is_a_person_on_the_roof():
    def once(block):
        let_go(block, [4], 0.3, until=SINCE + 96)

    assert judged(village(once), DETECTOR) == {}


def test_what_all_neighbours_do_is_not_the_plug():
    assert judged(village(lambda b: let_go(b, range(54), 0.2)), DETECTOR, range(29)) == {}

    def together(block):
        gone = np.random.default_rng(5).random(block.steps) < 0.2
        block["pv_current_a"][:, gone] = 0.0
        block["pv_voltage_v"][:, gone] = 0.0

    assert judged(village(together), DETECTOR) == {}


def test_a_missing_panel_does_not_come_back():
    def away(block):
        block["pv_current_a"][4, SINCE:] = 0.0
        block["pv_voltage_v"][4, SINCE:] = 9.0

    assert judged(village(away), DETECTOR) == {}
