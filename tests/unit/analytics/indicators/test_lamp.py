"""What a lamp post's night and noon look like in numbers."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analytics.indicators.day_view import FIELDS_READ, Facts, day_view, facts_of
from analytics.indicators.lamp import INDICATORS, measure
from collector.domain.block import Block, empty_block
from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import Kind
from tests.fixtures.village_physics import VILLAGE, systems

START_S = day_start_s(date(2026, 3, 1), VILLAGE.timezone) - DAY_S // 2
LAMP, HOME = 0, 1


def facts() -> Facts:
    lamp, home = systems(2)
    return facts_of((replace(lamp, kind=Kind.STREET_LIGHT), home))


def block(off_h: float = 6.0) -> Block:
    """A lamp post and a home lit from 18:30 until an hour of the morning; the panel sees 6-18 h."""
    found = empty_block(("L", "H"), START_S, START_S + 144 * 900, 900, FIELDS_READ)
    hour = ((np.arange(144) + 0.5) / 4.0 + 12.0) % 24
    lit = (hour > 18.5) | (hour < off_h)
    found["load_current_a"][:] = np.where(lit, 0.8, 0.0)
    found["battery_voltage_v"][:] = np.where(lit, 12.4, 13.2)
    found["pv_voltage_v"][:] = np.where((hour > 6) & (hour < 18), 17.0, 0.2)
    found.rows[:] = 1
    return found


def of(b: Block) -> dict[str, np.ndarray]:
    return {
        name: values[:, 0] for name, values in measure(day_view(b, 1, VILLAGE, facts())).items()
    }


def test_every_indicator_is_there():
    assert set(of(block())) == {i.name for i in INDICATORS}


def test_a_whole_night_is_lit_to_its_end():
    found = of(block())
    assert found["lit_h"][LAMP] == pytest.approx(11.0, abs=0.6)
    assert found["unlit_h"][LAMP] == pytest.approx(0.0, abs=0.3)
    assert found["lamp_a"] == pytest.approx([0.8, 0.8])
    assert found["lamp_v"] == pytest.approx([12.4, 12.4])


def test_light_that_ends_at_one_is_dated_and_its_voltage_kept():
    b = block(1.0)
    b["battery_voltage_v"][LAMP, 48 + 3] = 12.1
    found = of(b)
    assert found["lit_h"][LAMP] == pytest.approx(6.5, abs=0.5)
    assert found["unlit_h"][LAMP] == pytest.approx(4.75, abs=0.6)
    assert found["unlit_v"][LAMP] == pytest.approx(12.1)


def test_a_dimmed_lamp_is_lit():
    b = block()
    b["load_current_a"][:, 44:] *= 0.25
    assert of(b)["lit_h"][LAMP] == pytest.approx(11.0, abs=0.6)


def test_a_dark_night_is_no_hours_and_has_no_end():
    b = block()
    b["load_current_a"][:] = 0.0
    found = of(b)
    assert found["lit_h"][LAMP] == 0.0
    assert np.isnan(found["unlit_h"][LAMP])


def test_a_night_with_a_gap_is_not_judged():
    b = block()
    b["load_current_a"][:, 40:50] = np.nan
    assert np.isnan(of(b)["lit_h"][LAMP])


def test_homes_have_no_lamp_hours():
    found = of(block())
    for name in ("lit_h", "unlit_h", "unlit_v", "day_lamp_a"):
        assert np.isnan(found[name][HOME])


@pytest.mark.parametrize(("cells", "seen"), [(6, 0.8), (4, 0.0)])
def test_a_lamp_counts_by_day_when_it_burns_for_more_than_an_hour(cells, seen):
    b = block()
    b["load_current_a"][LAMP, 48 + 46 : 48 + 46 + cells] = 0.8
    assert of(b)["day_lamp_a"][LAMP] == pytest.approx(seen)


def test_under_a_dead_panel_it_is_night_for_the_lamp():
    b = block()
    b["load_current_a"][LAMP, 48 + 40 : 48 + 60] = 0.8
    b["pv_voltage_v"][:] = 0.1
    assert of(b)["day_lamp_a"][LAMP] == 0.0
    b["pv_voltage_v"][:] = np.nan
    assert of(b)["day_lamp_a"][LAMP] == pytest.approx(0.8)
