"""Masks by bits give what a plain choice gives, to the last bit."""

import numpy as np
import pytest

from analytics.indicators.masked import (
    after_last,
    before_first,
    count,
    day_by_day,
    either,
    known_or_zero,
    or_missing,
    or_zero,
    sums,
)

RNG = np.random.default_rng(3)
VALUES = RNG.normal(size=(7, 11)).astype(np.float32)
VALUES[RNG.random(VALUES.shape) < 0.2] = np.nan
VALUES[0, :4] = [np.inf, -np.inf, -0.0, 1e-45]
MASK = RNG.random(VALUES.shape) < 0.5


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_mask_chooses_as_where_does(order):
    values, mask = np.array(VALUES, order=order), np.array(MASK, order=order)
    np.testing.assert_array_equal(or_zero(values, mask), np.where(mask, values, np.float32(0)))
    np.testing.assert_array_equal(
        or_missing(values, mask), np.where(mask, values, np.float32(np.nan))
    )


def test_masks_and_values_are_broadcast_and_may_be_windows():
    one = MASK[:, :1]
    np.testing.assert_array_equal(
        or_zero(VALUES[:, 3:9], one), np.where(one, VALUES[:, 3:9], np.float32(0))
    )
    np.testing.assert_array_equal(
        or_missing(VALUES[2], MASK), np.where(MASK, VALUES[2], np.float32(np.nan))
    )


def test_what_is_missing_becomes_zero_and_the_rest_stays():
    known = np.isfinite(VALUES)
    np.testing.assert_array_equal(known_or_zero(VALUES), np.where(known, VALUES, np.float32(0)))


def test_sums_and_counts_are_over_the_days_of_each_system():
    values = day_by_day(known_or_zero(VALUES))
    np.testing.assert_allclose(sums(values), values.sum(axis=1), rtol=1e-5)
    np.testing.assert_array_equal(count(day_by_day(MASK)), MASK.sum(axis=1))
    assert count(MASK[:, :0]).tolist() == [0.0] * 7


def test_either_is_one_or_the_other():
    other = VALUES[::-1]
    np.testing.assert_array_equal(either(MASK, VALUES, other), np.where(MASK, VALUES, other))
    np.testing.assert_array_equal(
        either(MASK[:, :1], VALUES, other[0]), np.where(MASK[:, :1], VALUES, other[0])
    )


@pytest.mark.parametrize("samples", [1, 96, 255, 256, 300])
def test_the_first_and_the_last_flag_are_where_they_are(samples):
    flags = np.random.default_rng(samples).random((40, 3, samples)) < 2.0 / samples
    flags[0], flags[1] = False, True
    first = np.where(flags.any(-1), flags.argmax(-1), samples)
    last = np.where(flags.any(-1), flags[..., ::-1].argmax(-1), samples)
    np.testing.assert_array_equal(before_first(flags), first)
    np.testing.assert_array_equal(after_last(flags), last)


def test_the_order_of_memory_changes_no_value():
    np.testing.assert_array_equal(day_by_day(VALUES), VALUES)
    assert day_by_day(VALUES).T.flags.c_contiguous
