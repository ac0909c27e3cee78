"""New batteries are seen in the data or noted; weather, use and a washed panel are none."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.detectors.battery_capacity import usable_capacity
from analytics.detectors.battery_nights import Nights
from analytics.detectors.battery_swap import since_swap, swapped_by_depth
from tests.fixtures.village_physics import table_of
from tests.fixtures.village_runs import DAYS, healthy_village, mixed_fleet, with_silence

SWAP = 35
NONE = np.zeros(1, np.intp)


def excess(before, after, *, days=DAYS, noise=0.02, seed=0):
    """One battery that falls ``before`` volts too deep until the swap and ``after`` from it on."""
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(days) < SWAP, before, after)
    volts = (level + rng.normal(0, noise, days))[None].astype(np.float32)
    return volts, Nights(np.full_like(volts, 0.2), volts, np.ones(volts.shape, bool))


def test_a_step_to_new_is_a_swap_on_its_day():
    assert abs(swapped_by_depth(*excess(0.25, 0.0), NONE)[0] - SWAP) <= 1


def test_a_step_across_a_gap_is_a_swap():
    volts, seen = excess(0.25, 0.0)
    seen.counts[:, SWAP - 6 : SWAP + 2] = False
    assert SWAP - 6 <= swapped_by_depth(volts, seen, NONE)[0] <= SWAP + 2


@pytest.mark.parametrize(
    ("before", "after"), [(0.0, 0.0), (0.08, 0.0), (0.0, 0.25), (0.5, 0.25)], ids=str
)
def test_small_steps_steps_down_and_steps_to_something_worn_are_none(before, after):
    for seed in range(5):
        assert swapped_by_depth(*excess(before, after, seed=seed), NONE)[0] == 0


def test_a_slow_recovery_is_none():
    volts, seen = excess(0.0, 0.0)
    volts[:] += np.linspace(0.25, 0.0, DAYS)
    assert swapped_by_depth(volts, seen, NONE)[0] == 0


def test_a_village_without_swaps_has_none():
    capacity = usable_capacity(healthy_village(), DAYS - 1)
    assert (capacity.since == 0).all()


def test_what_somebody_noted_counts_from_the_day_after():
    table = healthy_village()
    noted = np.zeros((len(table.systems), DAYS), np.float32)
    noted[7, 20] = 1.0
    noted[7, 50] = 1.0
    told = replace(table, values={**table.values, "event_battery_replaced": noted})
    assert since_swap(told, 40)[7] == 21
    assert since_swap(told, DAYS - 1)[7] == 51
    assert since_swap(told, 19)[7] == 0
    assert (np.delete(since_swap(told, DAYS - 1), 7) == 0).all()


@pytest.fixture(scope="module")
def replaced():
    """Row 2 is worn until day 30, row 5 worn throughout."""
    fleet = mixed_fleet()
    old = np.arange(DAYS) < 30
    fleet.health[2] = np.where(old, 0.35, 1.0)
    fleet.health[5] = 0.35
    fleet.use[[2, 5]] *= 1.5
    return with_silence(table_of(fleet))


def test_a_new_battery_is_judged_by_its_own_nights_alone(replaced):
    before = usable_capacity(replaced, 29)
    assert before.worn[2] > 0.5
    after = usable_capacity(replaced, 50)
    assert 28 <= after.since[2] <= 34
    assert after.share[2] > 0.8
    assert after.since[5] == 0
    assert after.share[5] < 0.5


def test_a_pack_that_charges_again_after_a_dead_week_is_another():
    table = healthy_village()
    values = {name: np.array(table[name]) for name in table.values}
    dead = slice(20, 32)
    values["battery_v_max"][3, dead] = 12.2
    values["dawn_v"][3, dead] = 10.5
    values["sun_net_ah"][3, dead] = 5.0
    found = since_swap(replace(table, values=values), DAYS - 1)
    assert found[3] == 32
    assert (np.delete(found, 3) == 0).all()
