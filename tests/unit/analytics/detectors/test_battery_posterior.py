"""What the grid is not asked: the plain mean of the nights, beside any prior."""

import numpy as np
import pytest

from analytics.detectors.battery_emptied import Emptied
from analytics.detectors.battery_posterior import (
    OWN_LEVEL_V,
    PAST_SHARES,
    SHARES,
    Pool,
    deeper,
    posterior,
)


def nights(mean, shares, many=20.0):
    """A pool whose mean excess is so much for a sound battery, and 0.2 V less for a worn one."""
    excess = np.float32(mean) - np.linspace(0.0, 0.2, shares.size, dtype=np.float32)[None, :]
    count, scatter = np.full(1, many, np.float32), np.full(1, 0.04, np.float32)
    return Pool(excess, np.zeros_like(excess), count, scatter)


NONE = nights(0.0, PAST_SHARES, many=0.0)


def test_nights_as_deep_as_a_worn_batterys_make_one_or_more():
    assert deeper(nights(0.3, SHARES), NONE)[0] > 1.0
    assert deeper(nights(0.0, SHARES), NONE)[0] < 0.5


def test_a_higher_own_past_counts_as_far_as_own_levels_differ():
    alone = deeper(nights(0.05, SHARES), NONE)[0]
    since_high = deeper(nights(0.05, SHARES), nights(-0.05, PAST_SHARES))[0]
    assert since_high > alone
    far, bound = (deeper(nights(0.05, SHARES), nights(-v, PAST_SHARES))[0] for v in (0.9, 0.2))
    assert far == pytest.approx(bound)


def test_nights_no_deeper_than_the_neighbours_are_never_worn_by_the_past_alone():
    # A light user who stood 0.25 V above the village and now 0.12 V above it has lost nothing.
    found = deeper(nights(-0.12, SHARES), nights(-0.12 - 2 * OWN_LEVEL_V, PAST_SHARES))
    assert found[0] < 0.5


def test_a_lower_past_takes_nothing_off():
    assert deeper(nights(0.2, SHARES), nights(0.2, PAST_SHARES))[0] == pytest.approx(
        deeper(nights(0.2, SHARES), NONE)[0]
    )


def test_certainty_of_wear_is_a_probability_however_the_sums_are_rounded():
    rng = np.random.default_rng(1)
    many, none = 4_000, np.zeros(4_000, np.float32)
    excess = rng.uniform(0.2, 0.9, (many, 1)) - np.linspace(0.0, 0.2, SHARES.size)
    now = Pool(
        excess.astype(np.float32),
        np.zeros((many, SHARES.size), np.float32),
        np.full(many, 20.0, np.float32),
        np.full(many, 0.03, np.float32),
    )
    past = Pool(
        np.zeros((many, PAST_SHARES.size), np.float32),
        np.zeros((many, PAST_SHARES.size), np.float32),
        none,
        np.full(many, 0.04, np.float32),
    )
    level = np.full(many, 0.03, np.float32)
    emptied = Emptied(none + 4.0, rng.uniform(0.1, 0.4, many).astype(np.float32))
    _, worn, _ = posterior(now, past, level, emptied)
    assert worn.max() <= 1.0
    assert worn.min() >= 0.0
