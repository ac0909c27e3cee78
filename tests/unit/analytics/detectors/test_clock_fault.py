"""A clock that jumps or drifts is found by the panel's noon; hills, gaps and cables are not it."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.clock_fault import AHEAD, DETECTOR, LOST
from tests.fixtures.village_physics import Fleet, run, systems, table_of, weather
from tests.fixtures.village_runs import healthy_village, judged, mixed_village, with_silence

HOME = 8
BEGIN = 48 + 30 * 96


def late(block, cells, row=HOME, begin=BEGIN):
    """Stamp everything from a moment on so many quarters later; what is pushed out is lost."""
    for values in block.values.values():
        moved = np.roll(values[row, begin:], cells)
        moved[: max(cells, 0)] = np.nan
        values[row, begin:] = moved


@pytest.mark.parametrize(("cells", "within"), [(2, 4), (4, 3), (-4, 3), (32, 3)])
def test_a_jump_is_found_within_days(cells, within):
    found = judged(mixed_village(lambda b: late(b, cells)), DETECTOR)
    assert list(found) == [HOME]
    assert 31 <= found[HOME] <= 30 + within


def test_a_quarter_of_an_hour_is_no_fault():
    assert judged(mixed_village(lambda b: late(b, 1)), DETECTOR) == {}


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_a_set_clock_clears_it():
    def mended(block):
        late(block, 6)
        late(block, -6, begin=48 + 40 * 96)

    table = mixed_village(mended)
    assert not DETECTOR.judge(table, 38).clear[HOME]
    assert DETECTOR.judge(table, 44).clear[HOME]


def test_a_panel_without_voltage_all_afternoon_is_no_clock():
    def cable(block):
        for day in range(30, 60):
            block["pv_voltage_v"][HOME, 48 + day * 96 + 50 : 48 + day * 96 + 80] = 0.1

    assert judged(mixed_village(cable), DETECTOR) == {}


def test_a_gap_every_morning_is_no_clock():
    def gap(block):
        for day in range(30, 60):
            block["pv_voltage_v"][HOME, 48 + day * 96 + 22 : 48 + day * 96 + 32] = np.nan

    assert judged(mixed_village(gap), DETECTOR) == {}


def test_without_neighbours_a_step_is_found_but_no_wrong_coordinates():
    """Three systems: nobody to compare with but the sun, by the place's coordinates."""
    fleet = Fleet(systems(3), 60, sky=weather(60, 1))
    block = run(fleet)
    for row in range(3):
        late(block, 4, row=row, begin=0)
    late(block, 4, row=1, begin=48 + 40 * 96)
    found = judged(with_silence(table_of(fleet, block)), DETECTOR)
    assert list(found) == [1]
    assert found[1] <= 44


@pytest.mark.parametrize(
    ("name", "value", "kind"), [("clock_ahead_h", 8.0, AHEAD), ("clock_lag_h", 2e5, LOST)]
)
def test_times_of_receipt_tell_too(name, value, kind):
    base = healthy_village()
    hours = np.zeros_like(base["rows"])
    hours[HOME, 30:] = value
    table = replace(base, values={**base.values, name: hours})
    assert judged(table, DETECTOR) == {HOME: 31}
    found = DETECTOR.judge(table, 35)
    assert found.evidence["kind"][HOME] == kind
    assert not found.clear[HOME]


def test_the_minutes_are_told():
    told = DETECTOR.judge(mixed_village(lambda b: late(b, 6)), 35).evidence
    assert told["minutes"][HOME] == pytest.approx(90, abs=8)
    assert told["sign"][HOME] == 1.0


def slow(block):
    """Home 8 reports each half hour."""
    for values in block.values.values():
        values[HOME, 1::2] = np.nan
    block.rows[HOME, 1::2] = 0


def test_half_an_hour_of_a_half_hourly_device_is_no_fault_and_an_hour_is():
    def half(block):
        late(block, 2)
        slow(block)

    def hour(block):
        late(block, 5)
        slow(block)

    assert judged(mixed_village(slow), DETECTOR) == {}
    assert judged(mixed_village(half), DETECTOR) == {}
    assert list(judged(mixed_village(hour), DETECTOR)) == [HOME]
