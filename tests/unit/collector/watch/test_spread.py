"""Durations are counted by length: each bound counts all that took at most so long."""

import pytest

from collector.watch.spread import Spread


def test_a_bound_counts_what_took_just_so_long_and_less():
    spread = Spread([0.5, 1.0, 60.0])
    spread.note([0.5, 0.6, 61.0])
    spread.note([])
    assert spread.buckets() == [("0.5", 1), ("1", 2), ("60", 2), ("+Inf", 3)]
    assert spread.sum_s == pytest.approx(62.1)


def test_a_clock_that_was_set_back_takes_nothing_away():
    spread = Spread([1.0])
    spread.note([-30.0])
    assert (spread.sum_s, spread.buckets()) == (0.0, [("1", 1), ("+Inf", 1)])
