"""Silence is a job after some days, later for devices that come and go."""

from dataclasses import replace

import numpy as np

from analytics.detectors.silent import DETECTOR, LONGEST_WAIT_DAYS, SILENT_DAYS
from tests.fixtures.village_runs import healthy_village, judged


def table(*quiet: tuple[int, int], row: int = 5):
    """A healthy village in which one row reports nothing on the days [first, end)."""
    base = healthy_village()
    rows, unheard, coverage = (base[n].copy() for n in ("rows", "unheard_days", "coverage"))
    for first, end in quiet:
        rows[row, first:end] = coverage[row, first:end] = 0.0
        unheard[row, first:end] = np.arange(1, end - first + 1)
    values = {**base.values, "rows": rows, "unheard_days": unheard, "coverage": coverage}
    return replace(base, values=values)


def test_it_is_set_after_four_whole_days():
    assert judged(table((20, 60)), DETECTOR) == {5: 20 + SILENT_DAYS - 1}


def test_a_day_with_data_clears_it():
    t = table((20, 30))
    assert DETECTOR.judge(t, 29).set[5]
    after = DETECTOR.judge(t, 30)
    assert after.clear[5]
    assert not after.set[5]


def test_a_link_down_for_three_days_is_no_job():
    assert judged(table((20, 23)), DETECTOR) == {}


def test_who_came_back_from_six_days_is_given_nine():
    assert judged(table((10, 16), (30, 60)), DETECTOR)[5] == 13
    assert not DETECTOR.judge(table((10, 16), (30, 60)), 36).set[5]
    assert DETECTOR.judge(table((10, 16), (30, 60)), 38).set[5]


def test_nobody_is_waited_for_longer_than_a_fortnight():
    t = table((5, 25), (40, 60))
    assert DETECTOR.judge(t, 40 + LONGEST_WAIT_DAYS - 1).set[5]


def test_all_others_are_clear():
    found = DETECTOR.judge(table((20, 60)), 30)
    assert found.clear.sum() == found.clear.size - 1


def test_who_is_not_awaited_is_neither():
    base = healthy_village()
    unheard = base["unheard_days"].copy()
    unheard[7] = np.nan
    found = DETECTOR.judge(replace(base, values={**base.values, "unheard_days": unheard}), 30)
    assert not found.set[7]
    assert not found.clear[7]


def test_the_days_are_told():
    assert DETECTOR.judge(table((20, 60)), 30).evidence["silent_days"][5] == 11
