"""Gaps between the meters at night, and meters that stand still."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analytics.indicators import clock
from analytics.indicators.day_view import FIELDS_READ, Doubts, day_view, facts_of
from analytics.indicators.sensor import INDICATORS, measure
from collector.domain.block import Block, empty_block
from collector.domain.clock import DAY_S, day_start_s
from tests.fixtures.village_physics import VILLAGE, systems

START_S = day_start_s(date(2026, 3, 1), VILLAGE.timezone) - DAY_S // 2


def block() -> Block:
    found = empty_block(("A", "B"), START_S, START_S + 144 * 900, 900, FIELDS_READ)
    hour = ((np.arange(144) + 0.5) / 4.0 + 12.0) % 24
    found["load_current_a"][:] = np.where(hour > 18, 0.6, 0.05)
    found["battery_current_a"][:] = -found["load_current_a"]
    found["pv_current_a"][:] = np.where((hour > 6) & (hour < 18), 1.0, 0.0)
    found["battery_voltage_v"][:] = 12.8
    found.rows[:] = 1
    return found


def of(b: Block, doubts: Doubts | None = None) -> dict[str, np.ndarray]:
    nothing = np.zeros((2, 1), np.float32)
    view = day_view(b, 1, VILLAGE, facts_of(systems(2)))
    view = replace(view, doubts=doubts or Doubts({}, nothing, nothing + np.float32(0.5)))
    return measure(view) | dict(clock.measure(view))


def test_every_indicator_is_there():
    assert set(of(block())) == {i.name for i in (*INDICATORS, *clock.INDICATORS)}


def test_meters_that_agree_leave_no_gap():
    found = of(block())
    assert found["gap_evening_a"] == pytest.approx(np.zeros((2, 1)), abs=1e-5)
    assert found["gap_quiet_a"] == pytest.approx(np.zeros((2, 1)), abs=1e-5)


def test_what_flows_past_the_load_meter_is_a_gap_in_the_evening():
    b = block()
    b["load_current_a"][1] *= 0.2
    found = of(b)
    assert found["gap_evening_a"][1, 0] == pytest.approx(0.48, abs=0.01)
    assert found["gap_quiet_a"][1, 0] == pytest.approx(0.04, abs=0.01)


def test_a_meter_that_is_off_is_a_gap_all_night():
    b = block()
    b["battery_current_a"][0] += 0.2
    found = of(b)
    assert found["gap_evening_a"][0, 0] == pytest.approx(-0.2, abs=0.01)
    assert found["gap_quiet_a"][0, 0] == pytest.approx(-0.2, abs=0.01)


def test_without_a_battery_current_there_is_no_gap_to_see():
    b = block()
    b["battery_current_a"][:] = np.nan
    assert np.isnan(of(b)["gap_quiet_a"]).all()


def test_the_panels_charge_of_the_day():
    assert of(block())["panel_ah"] == pytest.approx(np.full((2, 1), 12.0), abs=0.01)


def test_doubts_come_through():
    mask = np.zeros((2, 144), bool)
    mask[1, 48:96] = True
    night = np.array([[0.0], [0.3]], np.float32)
    found = of(block(), Doubts({"stuck": {"battery_voltage_v": mask}}, night, night))
    assert found["stuck_v"].tolist() == [[0.0], [0.5]]
    assert found["stuck_panel"].tolist() == [[0.0], [0.0]]
    assert found["night_panel_a"][1, 0] == pytest.approx(0.3)
    assert found["noon_shift_h"][1, 0] == pytest.approx(0.3)
