"""What a panel's meter shows at night is subtracted by day; a quiet meter is left alone."""

import numpy as np
import pytest

from analytics.quality.offset import night_panel_current, without_offset
from collector.domain.block import Block, empty_block

STEPS = 48 + 2 * 96


def block(offset_a: float = 0.0) -> Block:
    """Two systems from noon on; the second's panel meter is off."""
    found = empty_block(("A", "B"), 0, STEPS * 900, 900, ("pv_voltage_v", "pv_current_a"))
    hour = ((np.arange(STEPS) + 0.5) / 4.0 + 12.0) % 24
    day = (hour > 6) & (hour < 18)
    found["pv_voltage_v"][:] = np.where(day, 17.0, 0.3)
    found["pv_current_a"][:] = np.where(day, 2.0, 0.0)
    found["pv_current_a"][1] += offset_a
    found.rows[:] = 1
    return found


def test_the_night_tells_the_offset():
    assert night_panel_current(block(0.25)) == pytest.approx(np.array([[0, 0], [0.25, 0.25]]))


def test_a_panel_lit_at_night_or_a_gap_tells_nothing():
    b = block(0.25)
    b["pv_voltage_v"][0] = 12.0
    b["pv_current_a"][1, :96] = np.nan
    found = night_panel_current(b)
    assert np.isnan(found[0]).all()
    assert np.isnan(found[1, 0])
    assert found[1, 1] == pytest.approx(0.25)


def test_it_is_subtracted_from_the_day_after():
    b = block(0.25)
    found = without_offset(b, np.array([[0.0, 0.0], [np.nan, 0.25]], np.float32))
    current = found["pv_current_a"]
    assert (current[0] == b["pv_current_a"][0]).all()
    assert current[1, 48:144] == pytest.approx(b["pv_current_a"][1, 48:144])
    assert current[1, 144:] == pytest.approx(b["pv_current_a"][1, 144:] - 0.25)


def test_a_few_milliamperes_are_left_alone():
    b = block(0.02)
    assert without_offset(b, night_panel_current(b)) is b
