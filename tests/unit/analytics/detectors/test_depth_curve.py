"""The neighbours' curve of depth, fitted through batteries whose truth is known."""

import numpy as np
import pytest

from analytics.detectors.depth_curve import PRIOR_FULL_V, PRIOR_SLOPE_V, depth_curve


def village(count=30, weak=0, seed=0):
    """Depth and dawn voltage of batteries on the line 12.65 - 1.2 x depth; the first are weak."""
    rng = np.random.default_rng(seed)
    used = rng.uniform(0.1, 0.4, count)
    share = np.ones(count)
    share[:weak] = 0.4
    volts = 12.65 - 1.2 * used / share + rng.normal(0, 0.01, count)
    return used.astype(np.float32), volts.astype(np.float32)


def test_the_line_is_found():
    curve = depth_curve(*village())
    assert curve.full_v == pytest.approx(12.65, abs=0.03)
    assert curve.slope_v == pytest.approx(1.2, abs=0.1)
    assert curve.spread_v < 0.03


def test_weak_batteries_do_not_bend_it():
    curve = depth_curve(*village(weak=6))
    assert curve.full_v == pytest.approx(12.65, abs=0.05)
    assert curve.slope_v == pytest.approx(1.2, abs=0.2)


def test_a_weak_battery_stands_deeper_than_it_used():
    used, volts = village(weak=3)
    seen = depth_curve(used, volts).depth(volts)
    np.testing.assert_allclose(used[3:] / seen[3:], 1.0, atol=0.25)
    np.testing.assert_allclose(used[:3] / seen[:3], 0.4, atol=0.1)


def test_few_systems_fall_back_on_the_data_sheets():
    used, volts = village(5)
    curve = depth_curve(used, volts)
    assert (curve.full_v, curve.slope_v, curve.systems) == (PRIOR_FULL_V, PRIOR_SLOPE_V, 0)


def test_missing_points_are_left_out():
    used, volts = village()
    used[::3] = np.nan
    assert depth_curve(used, volts).systems == 20


def test_alike_use_keeps_a_sensible_slope():
    curve = depth_curve(np.full(20, 0.2, np.float32), np.full(20, 12.4, np.float32))
    assert curve.slope_v == pytest.approx(PRIOR_SLOPE_V)
    assert curve.depth(np.array([12.4], np.float32))[0] == pytest.approx(0.2, abs=1e-4)


def test_a_kind_that_stands_lower_together_is_shifted_and_a_single_one_hardly():
    used, volts = village(40)
    kind = np.where(np.arange(40) < 20, 7.0, 40.0).astype(np.float32)
    kind[39] = 100.0
    volts[:20] -= 0.1
    volts[39] -= 0.5
    curve = depth_curve(used, volts)
    shift = curve.shift_by_kind(used, volts, kind)
    assert shift[0] - shift[20] == pytest.approx(-0.1, abs=0.04)
    assert abs(shift[39]) < 0.15
