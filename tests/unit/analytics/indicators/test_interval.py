"""Readings of a device stand for its own interval; what was lost stays lost."""

import numpy as np
import pytest

from analytics.indicators.interval import cells_per_reading, held
from collector.domain.block import Block
from tests.fixtures.village_physics import Fleet, run, systems, table_of

STEPS = 144
SEVERAL = (
    "used_ah",
    "in_ah",
    "dawn_v",
    "dusk_v",
    "full_h",
    "night_seen",
    "coverage",
    "night_heard",
)
SUNNY = ("panel_given", "panel_due", "noon_shift_h")


def rows_every(cells: int, first: int = 0) -> np.ndarray:
    rows = np.zeros((1, STEPS), np.int16)
    rows[:, first::cells] = 1
    return rows


def block_of_rows(rows: np.ndarray) -> Block:
    volts = np.where(rows > 0, 12.0 + 0.01 * np.arange(rows.shape[1]), np.nan)
    return Block(("a",), 0, 900, {"battery_voltage_v": volts.astype(np.float32)}, rows)


@pytest.mark.parametrize("cells", [1, 2, 4])
def test_the_interval_is_seen(cells):
    assert cells_per_reading(rows_every(cells)).tolist() == [cells]


def test_lost_readings_of_a_quick_device_are_no_interval():
    rows = rows_every(1)
    rows[0, np.random.default_rng(3).random(STEPS) < 0.6] = 0
    assert cells_per_reading(rows).tolist() == [1]


def test_a_clock_that_sways_over_a_cells_edge_does_not_hide_the_interval():
    rows = np.zeros((1, STEPS), np.int16)
    rows[0, np.arange(0, STEPS - 2, 2) + np.random.default_rng(4).integers(0, 2, 71)] = 1
    assert cells_per_reading(rows).tolist() == [2]


def test_a_reading_stands_until_the_next_is_due_and_no_longer():
    rows = rows_every(2)
    rows[0, 20:30] = 0
    before = block_of_rows(rows)
    filled = held(before)["battery_voltage_v"][0]
    assert filled[19] == filled[18] == before["battery_voltage_v"][0, 18]
    assert np.isnan(filled[20:30]).all()
    assert held(before).rows is before.rows


def test_quick_devices_are_left_as_they_are():
    block = block_of_rows(rows_every(1))
    assert held(block) is block


def test_the_panels_current_goes_straight_to_the_next_reading_that_came_in_time():
    rows = rows_every(4)
    rows[0, 20:100] = 0
    ramp = np.where(rows > 0, np.arange(STEPS), np.nan).astype(np.float32)
    filled = held(Block(("a",), 0, 900, {"pv_current_a": ramp}, rows))["pv_current_a"][0]
    np.testing.assert_allclose(filled[:17], np.arange(17))
    np.testing.assert_allclose(filled[16:20], 16.0)
    assert np.isnan(filled[20:100]).all()


def test_half_the_readings_give_the_same_indicators():
    fleet = Fleet(systems(8), 10, seed=2)
    quick = table_of(fleet)
    block = run(fleet)
    for field in block.values:
        block[field][3, 1::2] = np.nan
    block.rows[3, 1::2] = 0
    slow = table_of(fleet, block)
    for name in SEVERAL:
        ours, twins = (table[name][3, 1:] for table in (slow, quick))
        np.testing.assert_allclose(ours, twins, rtol=0.06, atol=0.26, err_msg=name)
    assert (slow["rows"][3, 1:] == 48).all()
    for name in SUNNY:
        ours, twins = (np.nanmedian(table[name][3, 1:]) for table in (slow, quick))
        np.testing.assert_allclose(ours, twins, rtol=0.05, atol=0.13, err_msg=name)
