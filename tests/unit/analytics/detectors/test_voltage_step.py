"""A voltmeter that is off by a step is found; settings, weather and absences are not it."""

import numpy as np
import pytest

from analytics.detectors.voltage_step import voltage_step
from tests.fixtures.village_physics import run
from tests.fixtures.village_runs import (
    LITHIUM,
    healthy_village,
    mixed_fleet,
    mixed_village,
    of_block,
)

HOME, FROM_DAY = 4, 27
FROM = 48 + FROM_DAY * 96


def off_by(volts, row=HOME, end=None):
    def change(block):
        block["battery_voltage_v"][row, FROM:end] += volts

    return mixed_village(change)


def found(table, days=range(8, 60)):
    return {
        row: day
        for day in reversed(days)
        for row in np.flatnonzero(voltage_step(table, day)[0]).tolist()
    }


@pytest.mark.parametrize("volts", [0.5, -0.6, 1.0])
def test_all_voltages_moved_alike_and_stay(volts):
    table = off_by(volts)
    first = found(table)
    assert list(first) == [HOME]
    assert first[HOME] <= FROM_DAY + 8
    assert voltage_step(table, first[HOME])[1][HOME] == pytest.approx(volts, abs=0.15)


@pytest.mark.parametrize("volts", [0.15, -2.0])
def test_little_is_within_what_meters_are_off_and_two_volts_are_a_cell(volts):
    assert found(off_by(volts)) == {}


def test_healthy_twins_are_left_alone():
    assert found(healthy_village()) == {}


def test_a_lithium_pack_ends_its_charge_where_it_likes():
    assert found(off_by(0.6, LITHIUM.start)) == {}


def test_a_setting_moves_the_limit_but_no_morning():
    def setting(block):
        volts = block["battery_voltage_v"][HOME]
        volts[FROM:] = np.where(volts[FROM:] > 14.0, volts[FROM:] - 0.6, volts[FROM:])

    assert found(mixed_village(setting)) == {}


def test_a_family_away_moves_the_mornings_alone():
    fleet = mixed_fleet()
    fleet.switched[:40:3, FROM_DAY:] = 0.0
    assert found(of_block(run(fleet))) == {}


def test_a_mended_meter_is_no_new_step():
    table = off_by(0.6, end=48 + 38 * 96)
    assert set(found(table, range(46, 60))) == set()


def test_days_without_a_past_say_nothing():
    assert found(off_by(0.6), range(3)) == {}
