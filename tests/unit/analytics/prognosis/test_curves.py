"""Curves of straight pieces."""

import numpy as np
import pytest

from analytics.prognosis.curves import Additive, Curve, chance, ramps


def test_the_usual_value_moves_nothing_and_the_ends_are_level():
    curve = Curve((0.0, 1.0, 3.0), 1.0, (0.5, 2.0))
    moved = curve.moved(np.array([1.0, 2.0, 3.0, 99.0, 0.0, -99.0]))
    np.testing.assert_allclose(moved, [0.0, 1.0, 2.0, 2.0, -0.5, -0.5])


def test_a_missing_value_says_nothing():
    assert Curve((0.0, 1.0), 0.2, (5.0,)).moved(np.array([np.nan]))[0] == 0.0


def test_ramps_share_a_piece_between_its_knots():
    np.testing.assert_allclose(ramps(np.array([1.5]), (0.0, 1.0, 2.0), 0.0), [[1.0, 0.5]])


def test_parts_stand_in_the_order_of_the_curves():
    additive = Additive(-1.0, {"a": Curve((0, 1), 0.0, (1.0,)), "b": Curve((0, 1), 0.0, (3.0,))})
    parts = additive.parts({"b": np.array([1.0]), "a": np.array([0.5])})
    np.testing.assert_allclose(parts, [[0.5, 3.0]])


@pytest.mark.parametrize(("log_odds", "p"), [(0.0, 0.5), (1e9, 1.0), (-1e9, 0.0)])
def test_chance_of_any_log_odds_is_a_probability(log_odds, p):
    assert chance(np.array([log_odds]))[0] == pytest.approx(p, abs=1e-9)


def test_a_curve_is_its_ramps_times_its_rises():
    rng = np.random.default_rng(1)
    curve = Curve((-2.0, -0.5, 0.1, 3.0), 0.4, (0.3, 0.0, 1.2))
    values = np.append(rng.uniform(-4, 5, 200), [np.nan, -2.0, 3.0, 0.4]).astype(np.float32)
    plain = ramps(values, curve.knots, curve.usual) @ np.asarray(curve.rises)
    np.testing.assert_allclose(curve.moved(values), plain, atol=1e-12)
