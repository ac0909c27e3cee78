"""A dead load output is found; who is away, or takes current past the meter, is not it."""

from dataclasses import replace

import pytest

from analytics.detectors.controller_load_off import DETECTOR
from collector.domain.device import Kind
from tests.fixtures.village_physics import run, table_of
from tests.fixtures.village_runs import LIGHTS, healthy_village, judged, mixed_fleet, with_silence

HOME = 4


def village(change):
    fleet = mixed_fleet()
    change(fleet)
    return with_silence(table_of(fleet))


def off(first, end=60, rows: int | slice = HOME):
    return lambda fleet: fleet.switched.__setitem__((rows, slice(first, end)), 0.0)


def refrigerator(block, first: int = 60, amperes: float = 0.4, row: int = HOME):
    """Something that runs day and night until the evening before day ``first``."""
    until = 48 + first * 96
    block["load_current_a"][row, :until] += amperes
    if block["battery_current_a"] is not None:
        block["battery_current_a"][row, :until] -= amperes


def running(first: int, row: int = HOME):
    """A village with a refrigerator that stops, with all the rest, on day ``first``."""
    fleet = mixed_fleet()
    off(first, rows=row)(fleet)
    block = run(fleet)
    refrigerator(block, first, row=row)
    return with_silence(table_of(fleet, block))


@pytest.fixture(scope="module")
def dead():
    def change(fleet):
        off(35)(fleet)
        off(35, rows=LIGHTS.start)(fleet)

    return village(change)


def cut(table, rows: int | slice = HOME, *nights: int):
    """The load last seen at a cut-off voltage on these nights."""
    volts = table["last_load_v"].copy()
    for night in nights:
        volts[rows, night] = 11.2
    return replace(table, values={**table.values, "last_load_v": volts})


def test_days_without_load_are_an_absence_however_many(dead):
    assert judged(dead, DETECTOR) == {}


def test_what_always_ran_went_off_with_the_rest():
    table = running(35)
    assert judged(table, DETECTOR) == {HOME: 35 + 6}
    evidence = {k: float(v[HOME]) for k, v in DETECTOR.judge(table, 45).evidence.items()}
    assert "always ran" in DETECTOR.because.said("en", evidence)


def test_a_refrigerator_that_runs_on_is_a_family_away():
    fleet = mixed_fleet()
    off(35)(fleet)
    block = run(fleet)
    refrigerator(block)
    assert judged(with_silence(table_of(fleet, block)), DETECTOR) == {}


def test_a_load_that_was_cut_and_never_came_back_needs_a_fortnight(dead):
    assert judged(cut(dead, HOME, 35), DETECTOR) == {HOME: 35 + 13}
    evidence = {
        k: float(v[HOME]) for k, v in DETECTOR.judge(cut(dead, HOME, 35), 50).evidence.items()
    }
    assert "cut off at low voltage" in DETECTOR.because.said("en", evidence)


def test_who_is_cut_off_often_leaves_after_a_cut_now_and_then(dead):
    assert judged(cut(dead, HOME, 10, 17, 25, 35), DETECTOR) == {}


def test_when_several_are_off_at_once_it_is_a_feast():
    table = village(off(35, rows=slice(4, 8)))
    assert judged(cut(table, slice(4, 8), 35), DETECTOR) == {}


def facility(first, end=60, change=lambda fleet: None):
    fleet = mixed_fleet()
    fleet = replace(
        fleet,
        systems=tuple(
            replace(s, kind=Kind.FACILITY) if i == HOME else s for i, s in enumerate(fleet.systems)
        ),
    )
    change(fleet)
    off(first, end)(fleet)
    return with_silence(table_of(fleet))


def test_a_facility_that_was_never_closed_is_asked_about_after_ten_days():
    assert judged(facility(47), DETECTOR) == {HOME: 47 + 9}


def test_a_facility_with_holidays_is_given_four_weeks():
    assert judged(facility(30, change=off(5, 10)), DETECTOR) == {HOME: 30 + 27}


def test_a_load_past_the_meter_is_used():
    def past_meter(fleet):
        off(35)(fleet)
        fleet.past_meter[HOME, 35:] = 1.0
        fleet.switched[HOME] = 1.0

    assert judged(cut(village(past_meter), HOME, 35), DETECTOR) == {}


def test_healthy_twins_are_left_alone():
    assert judged(healthy_village(), DETECTOR) == {}


def test_the_first_use_clears_it(dead):
    assert not DETECTOR.judge(dead, 44).clear[HOME]
    assert DETECTOR.judge(dead, 30).clear[HOME]
