"""How long spells last, learnt from those that ended."""

import numpy as np

from analytics.detectors.spells import ended_spells, length_so_far

FLAG = np.array([[0, 1, 1, 0, 1, 1], [1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0]], bool)


def test_lengths_count_up_and_start_anew():
    assert length_so_far(FLAG).tolist() == [
        [0, 1, 2, 0, 1, 2],
        [1, 2, 3, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]


def test_only_spells_that_ended_are_learnt_from():
    found = ended_spells(FLAG, np.ones_like(FLAG), 1, 10)
    assert sorted(found.lengths.tolist()) == [2, 3]
    assert found.long(1.0) == 3.0


def test_too_short_and_too_long_do_not_count():
    assert ended_spells(FLAG, np.ones_like(FLAG), 3, 3).lengths.tolist() == [3]


def test_the_rate_is_by_the_time_looked_at():
    found = ended_spells(np.tile(FLAG, (1, 365)), np.ones((3, 6 * 365), bool), 3, 3)
    assert found.system_years == 18.0
    assert round(found.a_year * 18) == 365


def test_nothing_seen_is_nothing_learnt():
    none = ended_spells(np.zeros((0, 0), bool), np.zeros((0, 0), bool), 1, 9)
    assert (none.a_year, none.long(0.9)) == (0.0, 0.0)
