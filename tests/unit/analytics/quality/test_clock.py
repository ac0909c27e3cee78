"""Noon by the panel itself: a wrong clock stands out of its village; a village cannot be astray."""

import numpy as np
import pytest

from analytics.quality.clock import (
    astray,
    hours_apart,
    lit_middle_h,
    village_middle_h,
    without_days,
)
from collector.domain.block import Block, empty_block

DAYS = 3
STEPS = 48 + DAYS * 96
FIELDS = ("pv_voltage_v", "load_current_a")


def block(*late_h: float) -> Block:
    """Panels lit from 6 to 18 h, each by a clock that is so many hours late; begins at noon."""
    found = empty_block([f"S{i}" for i in range(len(late_h))], 0, STEPS * 900, 900, FIELDS)
    hour = (np.arange(STEPS) + 0.5) / 4.0 + 12.0
    for row, late in enumerate(late_h):
        lit = ((hour + late) % 24 >= 6) & ((hour + late) % 24 < 18)
        found["pv_voltage_v"][row] = np.where(lit, 17.0, 0.2)
    found["load_current_a"][:] = 0.4
    found.rows[:] = 1
    return found


@pytest.mark.parametrize("late_h", [0.0, 0.5, -2.0, 6.0, -9.0])
def test_the_middle_of_the_lit_hours_is_noon_by_the_devices_clock(late_h):
    assert lit_middle_h(block(late_h))[0] == pytest.approx([(12.0 - late_h) % 24] * DAYS, abs=0.01)


def test_a_day_with_a_gap_a_dark_panel_or_a_light_at_night_has_no_middle():
    b = block(0.0, 0.0, 0.0)
    b["pv_voltage_v"][0, 48 + 20 : 48 + 50] = np.nan
    b["pv_voltage_v"][1] = 0.1
    b["pv_voltage_v"][2] = 13.0
    found = lit_middle_h(b)
    assert np.isnan(found[0, 0])
    assert np.isfinite(found[0, 1:]).all()
    assert np.isnan(found[1:]).all()


def test_hours_apart_go_round_midnight():
    assert hours_apart(np.array([23.5, 0.5, 12.0]), 0.0) == pytest.approx([-0.5, 0.5, -12.0])


def test_a_village_needs_six_clocks():
    middle = lit_middle_h(block(*[0.0] * 5))
    assert np.isnan(village_middle_h(middle, 12.0)).all()
    assert village_middle_h(lit_middle_h(block(*[0.25] * 6)), 12.0) == pytest.approx([11.75] * 3)


def test_only_the_clock_that_differs_by_an_hour_is_astray():
    middle = lit_middle_h(block(0.0, 0.0, 0.25, 0.0, 0.5, 0.0, 0.0, 1.5, 8.0))
    found = astray(middle, village_middle_h(middle, 12.0))
    assert found.any(axis=1).tolist() == [False] * 7 + [True] * 2


def test_a_village_with_wrong_coordinates_is_not_astray():
    middle = lit_middle_h(block(*[3.0] * 8))
    assert not astray(middle, village_middle_h(middle, 12.0)).any()


def test_days_that_are_left_out_take_the_night_before_with_them():
    days = np.zeros((2, DAYS), bool)
    days[1, 1] = True
    b = block(0.0, 0.0)
    found = without_days(b, days)
    missing = np.flatnonzero(np.isnan(found["load_current_a"][1]))
    assert (missing[0], missing[-1]) == (96, 48 + 2 * 96 - 1)
    assert not np.isnan(found["load_current_a"][0]).any()
    assert (found.rows == 1).all()
    assert not np.isnan(b["load_current_a"]).any()


def test_nothing_to_leave_out_is_the_same_block():
    b = block(0.0)
    assert without_days(b, np.zeros((1, DAYS), bool)) is b
