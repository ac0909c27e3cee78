"""The fast leave-one-out median against the plain one."""

import numpy as np
import pytest

from analytics.indicators.peers import ENOUGH_PEERS, leave_one_out_median


def plain(values, enough):
    found = np.full(values.shape, np.nan)
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            others = np.delete(values[:, j], i)
            others = others[np.isfinite(others)]
            if np.isfinite(values[i, j]) and others.size >= enough:
                found[i, j] = np.median(others)
    return found


@pytest.mark.parametrize("systems", [6, 7, 12, 25])
def test_it_equals_the_plain_median_of_the_others(systems):
    rng = np.random.default_rng(systems)
    values = rng.random((systems, 40)).astype(np.float32)
    values[rng.random(values.shape) < 0.2] = np.nan
    expected = plain(values, ENOUGH_PEERS)
    np.testing.assert_allclose(leave_one_out_median(values), expected, rtol=1e-6)


def test_ties_and_equal_values_are_no_trouble():
    values = np.full((7, 3), 2.5, np.float32)
    np.testing.assert_array_equal(leave_one_out_median(values), values)


def test_too_few_others_say_nothing():
    assert np.isnan(leave_one_out_median(np.ones((ENOUGH_PEERS, 4), np.float32))).all()


def test_one_wild_value_moves_nobody():
    values = np.ones((9, 1), np.float32)
    values[4] = 100.0
    np.testing.assert_array_equal(leave_one_out_median(values), np.ones((9, 1)))


def test_all_missing_stays_missing():
    assert np.isnan(leave_one_out_median(np.full((9, 4), np.nan, np.float32))).all()
