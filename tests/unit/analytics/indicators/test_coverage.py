"""Days since a system was heard: the base of everything said about silence."""

import numpy as np
from numpy.testing import assert_array_equal

from analytics.indicators.coverage import unheard_days

NONE = np.array([np.nan] * 5, np.float32)
HERE = np.zeros(5, np.float32)


def rows(days=10):
    return np.full((5, days), 96.0, np.float32)


def test_a_system_heard_daily_is_never_unheard():
    assert (unheard_days(rows(), NONE, HERE) == 0).all()


def test_silence_counts_whole_days_and_ends_with_the_first_reading():
    r = rows()
    r[2, 4:8] = 0
    assert_array_equal(unheard_days(r, NONE, HERE)[2], [0, 0, 0, 0, 1, 2, 3, 4, 0, 0])


def test_one_reading_makes_a_day_heard():
    r = rows()
    r[2, 4] = 1
    assert unheard_days(r, NONE, HERE)[2].max() == 0


def test_silence_from_before_the_record_goes_on():
    r = rows()
    r[1] = 0
    before = NONE.copy()
    before[1] = 3
    assert_array_equal(unheard_days(r, before, HERE)[1], np.arange(10) + 3)


def test_a_device_that_never_reported_is_silent_once_its_neighbours_do():
    r = rows()
    r[3] = 0
    r[:, :4] = 0
    found = unheard_days(r, NONE, HERE)[3]
    assert np.isnan(found[:4]).all()
    assert_array_equal(found[4:], [1, 2, 3, 4, 5, 6])


def test_a_device_is_awaited_only_since_it_was_assigned():
    r = rows()
    r[3] = 0
    awaited = HERE.copy()
    awaited[3] = 6
    found = unheard_days(r, NONE, awaited)[3]
    assert np.isnan(found[:6]).all()
    assert_array_equal(found[6:], [1, 2, 3, 4])


def test_while_a_village_is_being_equipped_nobody_is_missed():
    r = rows()
    r[2:] = 0
    assert np.isnan(unheard_days(r, NONE, HERE)[2:]).all()


def test_a_system_without_a_device_is_not_awaited():
    r = rows()
    r[3] = 0
    awaited = HERE.copy()
    awaited[3] = np.nan
    assert np.isnan(unheard_days(r, NONE, awaited)[3]).all()
