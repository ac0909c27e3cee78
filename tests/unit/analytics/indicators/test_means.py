"""Means over windows skip what is missing, and refuse too little."""

import numpy as np
import pytest

from analytics.indicators.means import present, stretch, sum_every, windows

HOURS = np.arange(10.0)


def test_the_mean_skips_missing_samples():
    values = np.arange(10, dtype=np.float32).reshape(1, 1, 10).copy()
    values[0, 0, 3] = np.nan
    (mean,) = present(values).means(windows(HOURS, (2.0, 6.0)))
    assert mean[0, 0] == pytest.approx((2 + 4 + 5) / 3)


def test_each_window_has_its_own_mean():
    values = np.arange(10, dtype=np.float32).reshape(1, 1, 10)
    first, second = present(values).means(windows(HOURS, (0.0, 2.0), (8.0, 10.0)))
    assert (first[0, 0], second[0, 0]) == (0.5, 8.5)


def test_too_few_samples_give_no_mean():
    values = np.arange(10, dtype=np.float32).reshape(1, 1, 10).copy()
    values[0, 0, 2:4] = np.nan
    (mean,) = present(values).means(windows(HOURS, (2.0, 6.0)), enough=0.6)
    assert np.isnan(mean[0, 0])


def test_an_empty_window_gives_no_mean():
    (mean,) = present(np.ones((2, 3, 10), np.float32)).means(windows(HOURS, (20.0, 30.0)))
    assert mean.shape == (2, 3)
    assert np.isnan(mean).all()


def test_a_stretch_reaches_from_the_first_to_the_last_flag():
    assert stretch((HOURS >= 2.0) & (HOURS < 6.0)) == slice(2, 6)
    assert stretch(HOURS < 0.0) == slice(0, 0)


def test_sum_every():
    np.testing.assert_array_equal(sum_every(np.arange(6.0)[None], 3), [[3.0, 12.0]])
    days = np.arange(12.0).reshape(1, 2, 6)
    np.testing.assert_array_equal(sum_every(days, 3), [[[3.0, 12.0], [21.0, 30.0]]])
