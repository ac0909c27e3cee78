"""What is doubtful is left out of the view and told; the sun follows panels that agree."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analytics.indicators.day_view import facts_of
from analytics.indicators.trusted import trusted_view
from collector.domain.block import Block, empty_block
from collector.domain.clock import DAY_S, day_start_s
from tests.fixtures.village_physics import VILLAGE, systems

N = 8
FIELDS = (
    "pv_voltage_v",
    "pv_current_a",
    "battery_voltage_v",
    "battery_current_a",
    "load_current_a",
    "battery_temperature_c",
)
START_S = day_start_s(date(2026, 3, 1), VILLAGE.timezone) - DAY_S // 2


def block(late_h: float = 0.0, row: slice = slice(0)) -> Block:
    """One day of eight panels lit from 6 to 18 h; those of ``row`` by a clock that is late."""
    found = empty_block([str(i) for i in range(N)], START_S, START_S + 144 * 900, 900, FIELDS)
    for i in range(N):
        late = late_h if i in range(N)[row] else 0.0
        hour = ((np.arange(144) + 0.5) / 4.0 + 12.0 + late) % 24
        day = (hour > 6.1) & (hour < 18.6)
        found["pv_voltage_v"][i] = np.where(day, 17.0, 0.3)
        found["pv_current_a"][i] = np.where(day, 2.0 - 0.05 * abs(hour - 12.3), 0.0)
    found["battery_voltage_v"][:] = 12.8 + 0.001 * np.arange(144)
    found["load_current_a"][:] = 0.4
    found.rows[:] = 1
    return found


def view_of(b: Block):
    return trusted_view(b, 1, VILLAGE, facts_of(systems(N)))


def test_a_healthy_block_comes_through_untouched():
    b = block()
    view = view_of(b)
    assert view.block is b
    assert view.doubts.excluded == {}
    assert view.doubts.night_panel_a == pytest.approx(np.zeros((N, 1)))
    assert view.doubts.noon_shift_h == pytest.approx(np.zeros((N, 1)), abs=0.01)


def test_a_clock_hours_off_is_told_and_its_day_left_out():
    view = view_of(block(2.0, slice(3, 4)))
    assert view.doubts.noon_shift_h[3, 0] == pytest.approx(-2.0, abs=0.01)
    assert np.isnan(view.block["load_current_a"][3]).all()
    assert not np.isnan(view.block["load_current_a"][2]).any()


def test_a_clock_half_an_hour_off_is_told_and_its_day_kept():
    view = view_of(block(0.5, slice(3, 4)))
    assert view.doubts.noon_shift_h[3, 0] == pytest.approx(-0.5, abs=0.01)
    assert not np.isnan(view.block["load_current_a"]).any()


def test_a_village_whose_panels_agree_moves_the_sun():
    here = view_of(block()).sun
    there = view_of(block(4.0, slice(None))).sun
    assert there.noon_h == pytest.approx(12.25 - 4.0, abs=0.01)
    assert abs(here.noon_h - 12.25) < 0.5
    assert there.sunset_h - there.sunrise_h == pytest.approx(here.sunset_h - here.sunrise_h)
    assert not np.isnan(view_of(block(4.0, slice(None))).block["load_current_a"]).any()


def test_what_masks_find_is_missing_and_kept_as_a_doubt():
    b = block()
    b["battery_voltage_v"][1, 7] = 0.2
    view = view_of(b)
    assert np.isnan(view.block["load_current_a"][1, 7])
    assert view.doubts.excluded["glitch"]["load_current_a"].sum() == 1


def test_a_panel_meters_offset_is_taken_off():
    b = block()
    b["pv_current_a"][5] += 0.2
    view = view_of(b)
    assert view.doubts.night_panel_a[5, 0] == pytest.approx(0.2)
    assert view.block["pv_current_a"][5] == pytest.approx(view.block["pv_current_a"][4], abs=1e-6)


def test_intermediates_are_computed_once():
    view = view_of(block())
    assert view.day_means("load_current_a") is view.day_means("load_current_a")
    assert view.day_means("volts") is not view.night_means("volts")
    again = replace(view, kept={})
    assert again.day_means("volts") is not view.day_means("volts")
