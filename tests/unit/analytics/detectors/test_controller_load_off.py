"""A dead load output is found; who is away, or takes current past the meter, is not it."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.controller_load_off import DETECTOR
from tests.fixtures.village_physics import table_of
from tests.fixtures.village_runs import LIGHTS, healthy_village, judged, mixed_fleet, with_silence

HOME = 4


def village(change):
    fleet = mixed_fleet()
    change(fleet)
    return with_silence(table_of(fleet))


def off(first, end=60, rows: int | slice = HOME):
    return lambda fleet: fleet.switched.__setitem__((rows, slice(first, end)), 0.0)


@pytest.fixture(scope="module")
def dead():
    def change(fleet):
        off(20)(fleet)
        off(20, rows=LIGHTS.start)(fleet)

    return village(change)


def test_without_knowing_the_village_it_takes_a_fortnight_and_is_never_a_lamp(dead):
    assert judged(dead, DETECTOR) == {HOME: 33}


def test_where_nobody_is_ever_away_five_days_are_enough(dead):
    """The village as ten systems more of the same, so that it is known for ten system-years."""
    twice = [np.concatenate([v, v[:40], v[:40]]) for v in dead.values.values()]
    homes = (*dead.systems, *dead.systems[:40], *dead.systems[:40])
    values = dict(zip(dead.values, twice, strict=True))
    for column in values.values():
        column[[54 + HOME, 94 + HOME]] = column[HOME + 1]
    large = replace(
        dead,
        systems=homes,
        values=values,
        village_code=np.zeros(len(homes), np.int32),
        gateway_code=np.full(len(homes), -1, np.int32),
    )
    assert not DETECTOR.judge(large, 23).set[HOME]
    assert DETECTOR.judge(large, 30).set.nonzero()[0].tolist() == [HOME]


def test_where_families_travel_more_is_asked_for_and_past_the_meter_is_used():
    def travelling(fleet):
        off(20)(fleet)
        off(5, 18, rows=9)(fleet)
        off(30, 40, rows=12)(fleet)
        off(30, rows=14)(fleet)
        fleet.past_meter[14, 20:] = 1.0
        fleet.switched[14] = 1.0

    found = judged(village(travelling), DETECTOR)
    assert list(found) == [HOME]
    assert found[HOME] > 36


def test_when_several_are_away_at_once_it_is_a_feast():
    assert judged(village(off(20, 45, rows=slice(4, 8))), DETECTOR) == {}


def test_a_load_that_was_cut_and_never_came_back_needs_three_days(dead):
    volts = dead["last_load_v"].copy()
    volts[HOME, 20:22] = 11.2
    cut = replace(dead, values={**dead.values, "last_load_v": volts})
    assert judged(cut, DETECTOR)[HOME] == 22


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_the_first_use_clears_it(dead):
    assert not DETECTOR.judge(dead, 44).clear[HOME]
    assert DETECTOR.judge(dead, 44).clear[HOME + 1]
