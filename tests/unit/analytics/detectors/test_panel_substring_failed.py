"""Half a panel's voltage charges nothing, a third less charges slowly; heavy use is neither."""

import numpy as np
import pytest

from analytics.detectors.panel_disconnected import DETECTOR as DISCONNECTED
from analytics.detectors.panel_soiled import DETECTOR as SOILED
from analytics.detectors.panel_substring_failed import DETECTOR
from tests.fixtures.village_physics import run, table_of
from tests.fixtures.village_runs import DAYS, healthy_village, judged, mixed_fleet, with_silence

SINCE = 48 + 20 * 96
PWM, TRACKER = 5, 10
"""Of the fixture's chargers the even ones are trackers."""


def village(change, fleet=None):
    fleet = fleet or mixed_fleet()
    block = run(fleet)
    change(block)
    return with_silence(table_of(fleet, block))


def halve(block, row, until=None):
    """Half of 36 cells: below the battery, no current; the battery is not charged."""
    part = slice(SINCE, until)
    by_day = block["pv_voltage_v"][row, part] > 5
    block["pv_voltage_v"][row, part] = np.where(by_day, 9.6, 0.1)
    block["pv_current_a"][row, part] = 0.0
    block["battery_voltage_v"][row, part] = 12.1


def a_third_less(block, row):
    """A tracker's panel with three strings, one bypassed: less voltage, the same current."""
    part = slice(SINCE, None)
    block["pv_voltage_v"][row, part] *= np.float32(2 / 3)


@pytest.fixture(scope="module")
def halved():
    def change(block):
        halve(block, PWM)
        halve(block, TRACKER, until=SINCE + 20 * 96)
        halve(block, 41)

    return village(change)


def test_half_a_panel_is_found_after_two_sunny_days(halved):
    found = judged(halved, DETECTOR)
    assert set(found) == {PWM, TRACKER, 41}
    assert all(21 <= day <= 24 for day in found.values())


def test_it_is_neither_missing_nor_dirty(halved):
    assert judged(halved, DISCONNECTED) == {}
    assert judged(halved, SOILED) == {}


def test_repaired_it_clears(halved):
    end = DETECTOR.judge(halved, DAYS - 1)
    assert end.clear[TRACKER]
    assert not end.set[TRACKER]
    assert not end.clear[PWM]


def test_its_volts_are_told(halved):
    told = DETECTOR.judge(halved, 30).evidence
    assert told["panel_v"][PWM] == pytest.approx(9.6, abs=0.1)
    assert told["usual_v"][PWM] > 17
    assert told["panel_a"][PWM] == pytest.approx(0.0, abs=0.05)


def test_a_third_less_behind_a_tracker_is_found():
    found = judged(village(lambda b: a_third_less(b, TRACKER)), DETECTOR)
    assert set(found) == {TRACKER}
    assert found[TRACKER] <= 26


def test_a_third_less_behind_pwm_is_told_by_its_current():
    def change(block):
        part = slice(SINCE, None)
        block["pv_voltage_v"][PWM, part] = np.minimum(block["pv_voltage_v"][PWM, part], 13.6)
        block["pv_current_a"][PWM, part] *= np.float32(0.5)

    fleet = mixed_fleet()
    fleet.use[PWM] *= 2.0
    assert set(judged(village(change, fleet), DETECTOR)) == {PWM}


def test_healthy_twins_are_left_alone():
    for seed in (1, 2):
        assert judged(healthy_village(seed), DETECTOR) == {}


def test_a_panel_that_is_never_held_back_any_more_is_sound():
    """Heavy use: behind PWM the panel stands at the battery's voltage all day, and gives all."""
    fleet = mixed_fleet()
    fleet.use[:20, 20:] *= 4.0
    assert judged(village(lambda block: None, fleet), DETECTOR) == {}


def test_without_a_voltage_nothing_is_said():
    def blind(block):
        halve(block, PWM)
        block["pv_voltage_v"][:] = np.nan

    assert judged(village(blind), DETECTOR) == {}
