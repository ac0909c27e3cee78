"""Depth, rest, resistance and cut-off of nights that are written down hour by hour."""

import numpy as np
import pytest

from collector.domain.device import Chemistry
from tests.fixtures.quiet_days import at, measured, quiet_days


def test_dusk_and_dawn_have_their_own_volts_and_amps():
    block = quiet_days()
    evening = slice(at(-5.6), at(-3.5))
    block["battery_voltage_v"][:, evening] = 12.9
    block["load_current_a"][:, evening] = 1.2
    block["battery_current_a"][:, evening] = -1.2
    found = measured(block)
    assert found["dusk_v"][0, 0] == pytest.approx(12.9, abs=0.02)
    assert found["dusk_a"][0, 0] == pytest.approx(1.2, abs=0.02)
    assert found["dawn_v"][0, 0] == pytest.approx(12.6, abs=0.02)
    assert found["dawn_a"][0, 0] == pytest.approx(0.5)


def test_a_load_wired_past_its_meter_is_seen_by_the_battery():
    block = quiet_days(load_current_a=0.0, battery_current_a=-0.5)
    assert measured(block)["used_ah"][0, 1] == pytest.approx(0.5 * 11.2, rel=0.05)


def test_a_small_offset_of_the_battery_meter_is_not_use():
    block = quiet_days(load_current_a=0.0, battery_current_a=-0.1)
    assert measured(block)["used_ah"][0, 1] == 0.0


def test_voltage_falling_at_rest_is_told_in_volts_an_hour():
    block = quiet_days(load_current_a=0.0, battery_current_a=0.0)
    hours = np.arange(block.steps) * 0.25
    block["battery_voltage_v"][:] = 12.9 - 0.01 * hours
    assert measured(block)["rest_v_h"][0, 1] == pytest.approx(-0.01, abs=0.001)


def test_under_load_there_is_no_rest():
    assert np.isnan(measured(quiet_days())["rest_v_h"]).all()


def test_a_pack_that_trips_at_night_is_mute_until_the_first_sun():
    block = quiet_days()
    gone = slice(at(2.0), at(6.25))
    for field in block.values:
        block[field][:, gone] = np.nan
    block.rows[:, gone] = 0
    found = measured(block, battery_chemistry=Chemistry.LFP)
    assert found["mute_h"][0, 0] == pytest.approx(3.75, abs=0.5)
    assert found["dark_h"][0, 0] == found["mute_h"][0, 0]
    assert 0.0 < found["back_h"][0, 0] <= 0.75
    assert found["last_load_v"][0, 0] == pytest.approx(12.6, abs=0.02)
    assert found["mute_h"][0, 1] == 0.0


def test_a_pack_that_refuses_charge_jumps_up_and_takes_nothing():
    block = quiet_days()
    day = slice(at(8.0), at(16.0))
    block["battery_voltage_v"][:, day] = 13.5
    block["battery_current_a"][:, day] = 3.0
    refused = slice(at(13.0), at(16.0))
    block["battery_voltage_v"][:, refused] = 14.6
    block["battery_current_a"][:, refused] = 0.0
    found = measured(block, battery_chemistry=Chemistry.LFP)["refused"]
    assert found[0].tolist() == [1.0, 0.0]


def test_a_pack_that_creeps_to_full_refuses_nothing():
    block = quiet_days()
    day = slice(at(8.0), at(16.0))
    many = day.stop - day.start
    block["battery_voltage_v"][:, day] = np.linspace(13.3, 14.4, many)
    block["battery_current_a"][:, day] = np.linspace(3.0, 0.0, many)
    assert measured(block, battery_chemistry=Chemistry.LFP)["refused"][0].tolist() == [0.0, 0.0]
