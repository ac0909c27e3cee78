"""Which system-weeks count as going dark, which as lit, and which are left out."""

from math import inf

import numpy as np
import pytest

from analytics.evaluate.weeks import Weeks, before_darkness, dark_within, lit_for

END = 400
AS_OF = np.arange(0, END + 1, 7)


def weeks(dark_day=inf, *, abrupt=False, as_of=AS_OF):
    count = as_of.size
    zeros = np.zeros(count, np.int64)
    return Weeks(
        zeros,
        zeros,
        as_of,
        np.full(count, float(dark_day)),
        np.full(count, abrupt),
        np.full(count, END),
        np.zeros(count),
        np.zeros(count),
    )


@pytest.mark.parametrize("lead", [0, 2, 4, 8, 12])
def test_one_week_lies_the_lead_before_darkness_and_sees_nothing_later(lead):
    found = AS_OF[before_darkness(weeks(dark_day=203), lead, "all")]
    assert found.size == 1
    assert 7 * lead <= 203 - found[0] < 7 * lead + 7


def test_a_home_heard_of_too_late_has_no_week_so_early():
    late = weeks(dark_day=203, as_of=AS_OF[AS_OF >= 190])
    assert before_darkness(late, 0, "all").any()
    assert not before_darkness(late, 4, "all").any()


def test_strata_part_by_how_the_battery_failed():
    gradual, abrupt = weeks(dark_day=203), weeks(dark_day=203, abrupt=True)
    assert before_darkness(gradual, 8, "gradual").any()
    assert not before_darkness(gradual, 8, "abrupt").any()
    assert before_darkness(abrupt, 8, "abrupt").any()
    assert not before_darkness(abrupt, 8, "gradual").any()


def test_controls_stay_lit_for_the_horizon_and_are_known_to():
    lit = AS_OF[lit_for(weeks(), 4)]
    assert lit.min() == 0
    assert lit.max() <= END - 56
    assert AS_OF[lit_for(weeks(), 12)].max() <= END - 84


def test_weeks_near_and_after_darkness_are_no_controls():
    lit = AS_OF[lit_for(weeks(dark_day=203), 8)]
    assert lit.max() < 203 - 56
    # A new battery may shine the day after: those weeks tell nothing of the old one.
    assert not (lit >= 203).any()


def test_dark_within_counts_weeks_before_darkness_only():
    dark, known = dark_within(weeks(dark_day=203), 8)
    assert AS_OF[dark].min() > 203 - 56
    assert AS_OF[dark].max() <= 203
    assert not known[AS_OF > 203].any()
    assert known[AS_OF <= 203].all()


def test_an_outcome_beyond_the_record_is_not_known():
    dark, known = dark_within(weeks(), 8)
    assert not dark.any()
    assert not known[AS_OF > END - 56].any()
