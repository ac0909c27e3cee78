"""Calibration makes told probabilities true."""

import numpy as np
import pytest

from analytics.prognosis.curves import chance
from analytics.prognosis.training.calibrate import calibration


def told_and_came(slope, shift, many=20_000):
    rng = np.random.default_rng(3)
    raw = rng.normal(-3.0, 2.0, many)
    return raw, rng.random(many) < chance(slope * raw + shift)


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (0.5, 0.4), (1.5, -0.6)])
def test_slope_and_shift_are_found(slope, shift):
    raw, dark = told_and_came(slope, shift)
    found = calibration(raw, dark)
    assert found == (pytest.approx(slope, abs=0.1), pytest.approx(shift, abs=0.25))
    assert chance(found[0] * raw + found[1]).mean() == pytest.approx(dark.mean(), abs=0.002)


def test_a_handful_of_labels_turns_no_model_around():
    slope, _ = calibration(np.array([3.0, -3.0]), np.array([False, True]))
    assert slope > 0


def test_no_case_at_all_changes_nothing():
    assert calibration(np.zeros(0), np.zeros(0, bool)) == (1.0, 0.0)
