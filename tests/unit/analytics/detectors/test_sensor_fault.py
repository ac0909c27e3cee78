"""Meters that are off, hang or are dead are found, each by its sign; honest oddities are not."""

import numpy as np
import pytest

from analytics.detectors.sensor_fault import (
    BOOKS,
    DEAD,
    DETECTOR,
    LOAD,
    PANEL,
    SCALE,
    STEP,
    VOLTAGE,
)
from tests.fixtures.village_physics import run
from tests.fixtures.village_runs import (
    healthy_village,
    judged,
    mixed_fleet,
    mixed_village,
    of_block,
)

HOME = 7
FROM = slice(48 + 30 * 96, None)


def off(field, amperes):
    def change(block):
        block[field][HOME, FROM] += amperes

    return change


def stuck_voltage(block):
    for day in range(30, 60):
        block["battery_voltage_v"][HOME, 48 + day * 96 : 48 + day * 96 + 96] = 12.9 + day % 3 / 10


def stuck_panel(block):
    block["pv_current_a"][HOME, FROM] = 1.31


def dead_panel_meter(block):
    block["pv_current_a"][HOME, FROM] = 0.0


def scale(block):
    block["pv_current_a"][HOME, FROM] *= 10.0


def load_off_blind(block):
    block["battery_current_a"][:] = np.nan
    block["load_current_a"][HOME, FROM] += 1.0


CASES = [
    (off("pv_current_a", 0.2), PANEL, 4),
    (off("battery_current_a", -0.25), LOAD, 4),
    (off("battery_current_a", 0.25), LOAD, 4),
    (off("load_current_a", 0.25), LOAD, 4),
    (stuck_voltage, VOLTAGE, 3),
    (stuck_panel, PANEL, 3),
    (scale, SCALE, 4),
    (off("battery_voltage_v", 0.6), STEP, 20),
]


@pytest.mark.parametrize(("change", "meter", "within"), CASES, ids=[str(i) for i in range(8)])
def test_each_wrong_meter_is_found_and_named(change, meter, within):
    table = mixed_village(change)
    found = judged(table, DETECTOR)
    assert list(found) == [HOME]
    assert found[HOME] <= 30 + within
    assert DETECTOR.judge(table, found[HOME]).evidence["meter"][HOME] == meter


@pytest.mark.parametrize(
    ("change", "meters"), [(dead_panel_meter, {DEAD, BOOKS}), (load_off_blind, {BOOKS})]
)
def test_the_books_tell_what_no_night_shows(change, meters):
    table = mixed_village(change)
    found = judged(table, DETECTOR)
    assert list(found) == [HOME]
    assert DETECTOR.judge(table, found[HOME]).evidence["meter"][HOME] in meters


def test_a_panel_that_works_for_minutes_between_readings_is_not_dead():
    """A small battery fills before the sun is high; the day's best readings show a held panel."""
    table = mixed_village(dead_panel_meter)
    table["panel_ah"][HOME] = 1.0
    dead = [
        day for day in range(8, 60) if DETECTOR.judge(table, day).evidence["meter"][HOME] == DEAD
    ]
    assert dead == []


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_a_small_offset_is_no_ticket():
    assert judged(mixed_village(off("pv_current_a", 0.07)), DETECTOR) == {}


def test_load_past_the_meter_is_another_fault_and_little_use_is_none():
    fleet = mixed_fleet()
    fleet.past_meter[HOME, 30:] = 1.0
    fleet.switched[HOME + 1, 30:] = 0.4
    assert judged(of_block(run(fleet)), DETECTOR) == {}


def test_an_inverter_that_always_idled_on_the_battery_is_no_fault():
    def idle(block):
        block["battery_current_a"][HOME] -= 0.15

    assert judged(mixed_village(idle), DETECTOR) == {}


def test_a_lamp_that_always_burns_is_used():
    def lamp(block):
        for name, sign in (("load_current_a", 1), ("pv_current_a", 1.2), ("battery_current_a", -1)):
            block[name][HOME, FROM] += np.float32(sign * 0.2) * (
                1.0 if name != "pv_current_a" else 2.0 * (block["pv_voltage_v"][HOME, FROM] > 5)
            )

    assert judged(mixed_village(lamp), DETECTOR) == {}


def test_a_mended_meter_clears_it():
    def mended(block):
        block["pv_current_a"][HOME, 48 + 30 * 96 : 48 + 40 * 96] += 0.3

    table = mixed_village(mended)
    assert not DETECTOR.judge(table, 38).clear[HOME]
    assert DETECTOR.judge(table, 43).clear[HOME]


def test_the_words_follow_the_meter():
    said = {DETECTOR.because.said("en", {"meter": float(m)}) for m in range(8)}
    assert len(said) == 8
