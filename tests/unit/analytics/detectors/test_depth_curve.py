"""The neighbours' curves of depth, drawn through batteries whose truth is known."""

import numpy as np
import pytest

from analytics.detectors.battery_nights import Nights
from analytics.detectors.depth_curve import (
    FULL_V,
    LFP_FALL_V,
    SLOPE_V,
    USUAL_SHARE,
    depth_curves,
)

DAYS = 40


def village(count=12, *, slope=1.4, full=12.9, weak=0, seed=1):
    """Lead-acid nights on a line of this slope; the first ``weak`` hold 40 % of the others'."""
    rng = np.random.default_rng(seed)
    used = rng.uniform(0.05, 0.3, (count, 1)) * rng.uniform(0.6, 1.4, (count, DAYS))
    share = np.full((count, 1), USUAL_SHARE)
    share[:weak] *= 0.4
    rested = full - slope * used / share + rng.normal(0, 0.01, used.shape)
    return Nights(used.astype("f4"), rested.astype("f4"), np.ones(used.shape, bool))


def curves_of(seen, *, lithium=False, villages=None):
    count = seen.used.shape[0]
    code = np.zeros(count, np.int32) if villages is None else np.asarray(villages, np.int32)
    return depth_curves(seen, np.full(count, lithium), code)[0]


def test_slope_and_level_are_the_neighbours_own():
    curves = curves_of(village())
    np.testing.assert_allclose(curves.slope_v, 1.4, atol=0.11)
    np.testing.assert_allclose(curves.full_v, 12.9, atol=0.045)
    assert curves.peers.all()


def test_a_third_of_weak_batteries_does_not_move_the_level():
    np.testing.assert_allclose(curves_of(village(weak=4)).full_v, 12.9, atol=0.05)


def test_a_day_that_lowers_the_whole_village_lowers_its_level():
    seen = village(count=30)
    seen.rested_v[:, 20] -= 0.1
    level = curves_of(seen).full_v[0]
    assert level[20] - level[19] == pytest.approx(-0.1 * 30 / 38, abs=0.02)


def test_few_neighbours_leave_the_tables_of_the_makers():
    curves = curves_of(village(count=5))
    np.testing.assert_allclose(curves.slope_v, SLOPE_V)
    np.testing.assert_allclose(curves.full_v, FULL_V[0])
    assert not curves.peers.any()


def test_nights_all_alike_keep_the_prior_slope():
    seen = village()
    seen.used[:] = 0.2
    seen.rested_v[:] = 12.6
    assert curves_of(seen).slope_v[0, 0] == pytest.approx(SLOPE_V, abs=0.01)


def test_nothing_seen_is_no_curve_and_no_crash():
    blank = np.zeros((8, DAYS), np.float32)
    curves = curves_of(Nights(blank, blank, np.zeros(blank.shape, bool)))
    assert not curves.peers.any()
    assert np.isfinite(curves.full_v).all()


def test_each_village_draws_its_own_curve():
    here, there = village(full=12.9), village(full=12.7, seed=2)
    both = Nights(
        *(np.concatenate([getattr(here, f), getattr(there, f)]) for f in Nights.__slots__)
    )
    curves = curves_of(both, villages=[0] * 12 + [1] * 12)
    np.testing.assert_allclose(curves.full_v[:12], 12.9, atol=0.045)
    np.testing.assert_allclose(curves.full_v[12:], 12.7, atol=0.045)


def test_lithium_falls_by_its_own_shape():
    curves = curves_of(village(), lithium=True)
    depth = np.array([[0.2, 0.5, 1.0]] * 12, np.float32)
    np.testing.assert_allclose(curves.fall_v(depth)[0], [LFP_FALL_V[2], 0.17, 1.4], atol=0.06)


def test_deeper_is_never_higher():
    for lithium in (False, True):
        curves = curves_of(village(), lithium=lithium)
        depth = np.linspace(0, 3, 200, dtype=np.float32)[None].repeat(12, 0)
        assert (np.diff(curves.fall_v(depth)) >= 0).all()
