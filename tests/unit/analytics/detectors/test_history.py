"""Looking back over days."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from analytics.detectors.history import (
    high_level,
    last_seen,
    lasts,
    mean_known,
    newest_value,
    peers_by_day,
    peers_median,
    rolling_sum,
    unbroken,
    unshared,
)

NAN = np.nan


def test_a_rolling_sum_grows_to_its_length_and_takes_missing_as_nothing():
    values = np.array([[1, 2, NAN, 4, 5]], np.float32)
    assert_array_equal(rolling_sum(values, 3), [[1, 3, 3, 6, 9]])
    assert_array_equal(rolling_sum(values, 99), [[1, 3, 3, 7, 12]])


def test_the_high_level_is_a_quantile_of_what_is_valid():
    values = np.array([[5, 1, NAN, 3, 2, 4], [NAN, NAN, NAN, 1, 2, 3]], np.float32)
    assert_array_equal(high_level(values, 0.5, enough=3), [[3], [2]])
    assert_array_equal(high_level(values, 1.0, enough=5), [[5], [NAN]])
    assert np.isnan(high_level(values[:, :0], 0.5, enough=1)).all()


def test_peers_are_of_the_same_village():
    values = np.array([1] * 7 + [9] * 7, np.float32)
    village = np.repeat(np.array([0, 1], np.int32), 7)
    assert_array_equal(peers_median(values, village), values)
    assert np.isnan(peers_median(values[:4], village[:4])).all()


def test_the_last_seen_days_are_counted_from_the_end():
    valid = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 1]], bool)
    assert_array_equal(last_seen(valid, 2), [[0, 0, 1, 1, 0], [0, 0, 0, 0, 1]])


def test_the_newest_value_is_where_the_mask_points():
    values = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
    newest = np.array([[0, 1, 0], [0, 0, 0]], bool)
    found = newest_value(values, newest)
    assert found[0] == pytest.approx(2)
    assert np.isnan(found[1])


def test_an_unbroken_row_of_days_is_counted_back_to_its_break():
    flag = np.array([[1, 0, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]], bool)
    valid = np.array([[1, 1, 1, 0, 1], [1, 1, 1, 1, 1], [1, 0, 1, 1, 0]], bool)
    assert_array_equal(unbroken(flag, valid), [2, 0, 3])


def test_what_a_village_bears_together_is_nobodys_own():
    flag = np.zeros((12, 3), bool)
    flag[0, 0] = True
    flag[:6, 1] = True
    code = np.repeat(np.array([0, 1], np.int32), 6)
    found = unshared(flag, code)
    assert found.sum() == 1
    assert found[0, 0]


def test_alone_in_its_village_a_system_bears_its_own():
    assert unshared(np.ones((1, 2), bool), np.zeros(1, np.int32)).all()


def test_each_day_has_its_own_peers():
    values = np.arange(24, dtype=np.float32).reshape(12, 2)
    village = np.repeat([0, 1], 6).astype(np.int32)
    by_day = peers_by_day(values, village)
    for day in range(2):
        assert_array_equal(by_day[:, day], peers_median(values[:, day], village))
    assert by_day[0, 0] == 6.0
    assert by_day[0, 1] == 7.0


def test_a_flag_lasts_on_all_of_the_last_valid_days():
    valid = np.array([[1, 1, 0, 1], [1, 1, 0, 1], [0, 0, 0, 1]], bool)
    flag = np.array([[0, 1, 0, 1], [1, 0, 1, 1], [1, 1, 1, 1]], bool)
    assert_array_equal(lasts(flag, valid, 2), [True, False, False])


def test_the_mean_of_what_is_known_skips_the_missing():
    values = np.array([[1.0, np.nan, 3.0], [np.nan] * 3], np.float32)
    assert_array_equal(mean_known(values), [2.0, np.nan])
