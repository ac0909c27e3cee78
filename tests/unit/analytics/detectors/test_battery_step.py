"""Steps of the nights' fall are found exactly where the plain definition finds them."""

import numpy as np
import pytest

from analytics.detectors.battery_step import (
    APART_V,
    AT_ONCE,
    EDGE_NIGHTS,
    OLDER_NIGHTS,
    OLDEST_NIGHTS,
    SAME_V,
    SIDE_NIGHTS,
    SOUND_EXCESS_V,
    STEADY_USE,
    STEP_V,
    fell_at_once,
)

DAYS = 50


def nights(step_v, *, age=8, gaps=0.0, noise=0.015, count=1, seed=1):
    """Falls that grow by ``step_v`` so many days ago, and an even use."""
    rng = np.random.default_rng(seed)
    excess = rng.normal(0.0, noise, (count, DAYS))
    excess[:, DAYS - age :] += step_v
    excess[rng.random(excess.shape) < gaps] = np.nan
    return excess.astype(np.float32), np.full((count, DAYS), 0.2, np.float32)


def found_plainly(excess, used):
    """The definition word by word, for one system."""
    at = np.flatnonzero(np.isfinite(excess))
    for age in range(SIDE_NIGHTS, OLDEST_NIGHTS + 1):
        if at.size < age + 2 * SIDE_NIGHTS:
            return False
        since, before = at[-age:], at[-age - 2 * SIDE_NIGHTS : -age]
        low, high = excess[since].min(), excess[before].max()
        grown = excess[since].mean() - excess[before].mean()
        edge = excess[since[:EDGE_NIGHTS]].mean() - excess[before[-EDGE_NIGHTS:]].mean()
        ratio = used[since].mean() / max(used[before].mean(), 1e-3)
        older = excess[at[: -age - 2 * SIDE_NIGHTS]]
        was_so = (older > excess[since].mean() - SAME_V).sum() >= OLDER_NIGHTS
        if (
            grown > STEP_V
            and edge > AT_ONCE * grown
            and low - high > APART_V
            and high < SOUND_EXCESS_V
            and since[0] - before[-1] <= EDGE_NIGHTS
            and STEADY_USE[0] < ratio < STEADY_USE[1]
            and not was_so
        ):
            return True
    return False


@pytest.mark.parametrize("gaps", [0.0, 0.2, 0.6])
def test_it_finds_what_the_plain_definition_finds(gaps):
    rng = np.random.default_rng(7)
    parts = [
        nights(step, age=age, gaps=gaps, noise=noise, count=30, seed=int(rng.integers(1e6)))
        for step in (0.0, 0.12, 0.16, 0.3)
        for age in (3, 5, 12, 20)
        for noise in (0.01, 0.04)
    ]
    excess = np.concatenate([p[0] for p in parts])
    used = np.concatenate([p[1] for p in parts]) * rng.uniform(0.5, 1.6, excess.shape)
    found = fell_at_once(excess, used.astype(np.float32))
    wanted = [found_plainly(e, u) for e, u in zip(excess, used, strict=True)]
    np.testing.assert_array_equal(found, wanted)
    assert 0.05 < found.mean() < 0.95


def test_a_step_is_found_and_slow_wear_is_not():
    assert fell_at_once(*nights(0.2))[0]
    excess, used = nights(0.0)
    assert not fell_at_once(excess, used)[0]
    excess += np.linspace(0.0, 0.4, DAYS, dtype=np.float32)
    assert not fell_at_once(excess, used)[0]


def test_what_happened_while_nobody_looked_is_no_step():
    excess, used = nights(0.3, age=6)
    excess[0, DAYS - 9 : DAYS - 6] = np.nan
    assert not fell_at_once(excess, used)[0]


def test_a_voltmeter_that_stood_high_and_was_mended_is_no_step():
    excess, used = nights(0.0)
    excess[:, 24 : DAYS - 8] -= 0.5
    assert not fell_at_once(excess, used)[0]
    assert fell_at_once(excess[:, 24:], used[:, 24:])[0], "without older nights nobody can tell"


def test_a_short_or_an_empty_history_tells_nothing():
    excess, used = nights(0.3)
    assert not fell_at_once(excess[:, -10:], used[:, -10:])[0]
    assert not fell_at_once(np.full_like(excess, np.nan), used)[0]
    assert fell_at_once(excess[:0], used[:0]).shape == (0,)
