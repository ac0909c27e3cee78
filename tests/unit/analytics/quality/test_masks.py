"""Each mask finds its kind of untrustworthy sample and leaves honest ones alone."""

import numpy as np
import pytest

from analytics.quality.clean import MASKS, clean, excluded
from analytics.quality.gaps import gaps
from analytics.quality.glitches import glitches
from analytics.quality.ranges import out_of_range
from analytics.quality.stuck import (
    STUCK_CURRENT_SAMPLES,
    STUCK_VOLTAGE_SAMPLES,
    STUCK_WEAK_SAMPLES,
    stuck_panel_current,
    stuck_voltage,
)
from collector.domain.block import Block, empty_block

FIELDS = ("pv_current_a", "battery_voltage_v", "load_current_a")


def block(steps: int = 200) -> Block:
    found = empty_block(("A", "B"), 0, steps * 900, 900, FIELDS)
    rng = np.random.default_rng(0)
    for field, level in (("pv_current_a", 2.0), ("battery_voltage_v", 12.8)):
        found[field][:] = level + 0.2 * rng.random((2, steps))
    found["load_current_a"][:] = 0.4
    found.rows[:] = 1
    return found


def test_a_value_that_cannot_be_real_is_out_of_range():
    b = block()
    b["pv_current_a"][1, 7] = 200.0
    b["pv_current_a"][0, 3] = -2.0
    assert np.argwhere(out_of_range(b, "pv_current_a")).tolist() == [[0, 3], [1, 7]]


def test_missing_is_not_out_of_range():
    b = block()
    b["pv_current_a"][:] = np.nan
    assert not out_of_range(b, "pv_current_a").any()


def test_rows_under_a_volt_are_glitches():
    b = block()
    b["battery_voltage_v"][0, 10] = 0.4
    assert np.argwhere(glitches(b)).tolist() == [[0, 10]]


def test_a_low_battery_is_no_glitch():
    b = block()
    b["battery_voltage_v"][:] = 9.8
    assert not glitches(b).any()


@pytest.mark.parametrize("length", [STUCK_CURRENT_SAMPLES, STUCK_CURRENT_SAMPLES + 5])
def test_strong_current_that_repeats_is_stuck_over_its_whole_run(length):
    b = block()
    b["pv_current_a"][1, 20 : 20 + length] = 2.5
    assert np.argwhere(stuck_panel_current(b)).tolist() == [[1, 20 + i] for i in range(length)]


def test_a_run_one_sample_too_short_is_not_stuck():
    b = block()
    b["pv_current_a"][1, 20 : 20 + STUCK_CURRENT_SAMPLES - 1] = 2.5
    assert not stuck_panel_current(b).any()


def test_a_dark_panel_or_a_trickle_may_repeat_itself():
    b = block()
    b["pv_current_a"][0, :100] = 0.0
    b["pv_current_a"][1, :60] = 0.3
    assert not stuck_panel_current(b).any()


def test_a_small_current_that_lasts_from_day_into_night_is_stuck():
    b = block()
    b["pv_current_a"][1, 10 : 10 + STUCK_WEAK_SAMPLES] = 0.12
    found = stuck_panel_current(b)
    assert found[1].sum() == STUCK_WEAK_SAMPLES
    assert not found[0].any()


def with_nights(steps: int = 200) -> Block:
    b = block(steps)
    b["pv_current_a"][:, np.arange(steps) % 96 < 48] = 0.0
    return b


def test_voltage_may_stand_still_for_hours_but_not_half_a_day():
    b = with_nights()
    b["battery_voltage_v"][0, 5 : 5 + STUCK_VOLTAGE_SAMPLES] = 13.5
    b["battery_voltage_v"][1, 5 : 4 + STUCK_VOLTAGE_SAMPLES] = 13.5
    found = stuck_voltage(b)
    assert found[0].sum() == STUCK_VOLTAGE_SAMPLES
    assert not found[1].any()


def test_a_battery_that_nobody_charges_or_uses_may_rest_for_a_day():
    b = block()
    b["battery_voltage_v"][:, :150] = 13.3
    b["pv_current_a"][:] = 0.0
    assert not stuck_voltage(b).any()


def test_without_a_panel_current_half_a_day_is_enough():
    b = block()
    b["battery_voltage_v"][0, :150] = 13.3
    b["pv_current_a"][:] = np.nan
    assert stuck_voltage(b)[0, :150].all()


def test_a_run_of_missing_values_is_a_gap_and_not_stuck():
    b = block()
    b["battery_voltage_v"][0, :150] = np.nan
    b.rows[0, :150] = 0
    assert not stuck_voltage(b).any()
    assert gaps(b)[0, :150].all()
    assert not gaps(b)[1].any()


def test_a_block_shorter_than_a_run_has_none():
    assert not stuck_voltage(block(10)).any()


def test_clean_leaves_out_what_is_excluded_and_nothing_else():
    b = block()
    b["battery_voltage_v"][0, 10] = 0.2
    b["load_current_a"][1, 4] = 99.0
    cleaned = clean(b)
    assert all(np.isnan(cleaned[f][0, 10]) for f in FIELDS)
    assert np.isnan(cleaned["load_current_a"][1, 4])
    assert sum(int(np.isnan(cleaned[f]).sum()) for f in FIELDS) == 4
    assert (cleaned.rows == b.rows).all()
    found = excluded(b)
    assert set(found) == {"glitch", "range"}
    assert sum(int(m.sum()) for by_field in found.values() for m in by_field.values()) == 4


def test_nothing_is_kept_of_masks_that_find_nothing():
    assert excluded(with_nights()) == {}


def test_masks_are_found_by_their_place():
    assert [m.name for m in MASKS] == ["glitch", "range", "stuck"]


def test_clean_does_not_touch_the_block_it_was_given():
    b = block()
    b["battery_voltage_v"][0, 10] = 0.2
    clean(b)
    assert b["battery_voltage_v"][0, 10] == np.float32(0.2)
