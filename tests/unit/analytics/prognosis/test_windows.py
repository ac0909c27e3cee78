"""Means, quantiles, baselines and slopes of a system's days."""

import numpy as np
import pytest

from analytics.prognosis.windows import mean_of, own_baseline, quantile_of, slope_of

NAN = np.float32(np.nan)
VALUES = np.array([[1, 2, NAN, 9], [NAN, NAN, NAN, 4]], np.float32)


def test_missing_days_are_left_out_of_a_mean():
    np.testing.assert_array_equal(mean_of(VALUES, 1), [4.0, 4.0])
    np.testing.assert_array_equal(mean_of(VALUES, 2), [4.0, NAN])
    assert np.isnan(mean_of(VALUES[:, :0], 1)).all()


@pytest.mark.parametrize(("share", "told"), [(0.0, 1.0), (0.5, 2.0), (1.0, 9.0)])
def test_a_quantile_is_of_the_days_that_are_there(share, told):
    np.testing.assert_array_equal(quantile_of(VALUES, share, 2), [told, NAN])


def test_of_no_days_there_is_no_quantile():
    assert np.isnan(quantile_of(np.zeros((2, 0), np.float32), 0.5, 1)).all()


def test_the_baseline_is_of_the_present_battery_and_lies_back():
    days = np.arange(120, dtype=np.float32)[None].repeat(3, axis=0)
    told = own_baseline(days, np.array([0, 50, 110]))
    np.testing.assert_allclose(told[:2], [29.5, 62.0])
    assert np.isnan(told[2])


def test_a_slope_is_found_and_drawn_to_none():
    days = np.arange(40, dtype=np.float32)[None]
    line = 3.0 + 0.5 * days
    assert slope_of(line, 0.0, 10)[0] == pytest.approx(0.5, abs=1e-5)
    assert 0 < slope_of(line, 5000.0, 10)[0] < 0.3
    assert np.isnan(slope_of(line[:, :5], 0.0, 10)[0])
    line[0, ::3] = np.nan
    assert slope_of(line, 0.0, 10)[0] == pytest.approx(0.5, abs=1e-5)
