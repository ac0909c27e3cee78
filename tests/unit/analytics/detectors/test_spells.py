"""How long spells have lasted."""

import numpy as np

from analytics.detectors.spells import length_so_far

FLAG = np.array([[0, 1, 1, 0, 1, 1], [1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0]], bool)


def test_lengths_count_up_and_start_anew():
    assert length_so_far(FLAG).tolist() == [
        [0, 1, 2, 0, 1, 2],
        [1, 2, 3, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]


def test_no_days_have_no_spells():
    assert length_so_far(np.zeros((3, 0), bool)).shape == (3, 0)
