"""Resistance from pooled steps, with its limits."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_steps import MOST_OHM_AH, USUAL_OHM_AH, assumed_ohm, resistance_ohm
from tests.fixtures.village_runs import DAYS, healthy_village


def steps(va: float, aa: float):
    """The village with so many volt-amperes and squared amperes of steps each night."""
    table = healthy_village()
    shape = table["step_va"].shape
    levels = {"step_va": np.full(shape, va, np.float32), "step_aa": np.full(shape, aa, np.float32)}
    return replace(table, values={**table.values, **levels})


def test_it_is_the_ratio_of_the_sums():
    assert resistance_ohm(steps(0.02, 0.2), DAYS - 1)[0] == pytest.approx(0.1)


def test_too_few_steps_or_rising_volts_say_nothing():
    assert np.isnan(resistance_ohm(steps(0.0002, 0.002), DAYS - 1)).all()
    assert np.isnan(resistance_ohm(steps(-0.02, 0.2), DAYS - 1)).all()


def test_nothing_resists_without_bounds():
    rated = healthy_village().systems[0].battery_ah
    assert resistance_ohm(steps(9.0, 0.2), DAYS - 1)[0] == pytest.approx(MOST_OHM_AH / rated)


def test_nights_that_are_missing_are_left_out():
    table = steps(0.02, 0.2)
    table["step_va"][:, ::2] = np.nan
    table["step_aa"][:, ::2] = np.nan
    assert resistance_ohm(table, DAYS - 1)[0] == pytest.approx(0.1)


def test_the_villages_own_physics_is_found():
    """4-6 ohm Ah, wiring included, and half an hour's polarisation on top."""
    table = healthy_village()
    ohm_ah = resistance_ohm(table, DAYS - 1)[:40] * 40.0
    assert 3.5 < np.nanmedian(ohm_ah) < 9.0


def test_where_no_step_tells_the_usual_is_assumed():
    table = steps(0.0002, 0.002)
    rated = table.systems[0].battery_ah
    assert assumed_ohm(table, DAYS - 1)[0] == pytest.approx(USUAL_OHM_AH[0] / rated)
    assert np.isfinite(assumed_ohm(table, DAYS - 1)).all()


def test_steps_that_were_none_do_not_make_a_battery_without_resistance():
    table = steps(0.0001, 0.2)
    assert assumed_ohm(table, DAYS - 1)[0] > 0.4 * USUAL_OHM_AH[0] / table.systems[0].battery_ah
    assert assumed_ohm(steps(0.04, 0.2), DAYS - 1)[0] == pytest.approx(0.2)
