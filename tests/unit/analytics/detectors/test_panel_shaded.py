"""A tree in the morning sun is found; dirt, clouds, tilt and wrong clocks are not taken for one."""

import numpy as np
import pytest

from analytics.detectors.panel_shaded import DETECTOR
from analytics.detectors.panel_soiled import DETECTOR as SOILED
from tests.fixtures.village_physics import run, table_of
from tests.fixtures.village_runs import DAYS, healthy_village, judged, mixed_fleet, with_silence

DAY = np.arange(DAYS)
SOLAR_NOON_H = 11.8


def shaded_village(rows, until_h, *, change=None):
    """The village with the sun's beam gone from ``rows`` until an hour of each day; (days,)."""
    fleet = mixed_fleet()
    fleet.use[:] *= 1.5
    if change:
        change(fleet)
    block = run(fleet)
    step = np.arange(block.steps)
    day, hour = (step - 48) // 96, (step * 0.25 + 12.125) % 24
    dark = (day >= 0) & (hour < until_h[np.clip(day, 0, DAYS - 1)])
    for row in rows:
        block["pv_current_a"][row] *= np.where(dark, 0.3, 1.0).astype(np.float32)
    return with_silence(table_of(fleet, block))


TREE = SOLAR_NOON_H - 5.5 + np.clip((DAY - 25) * 0.1, 0.0, 2.7)
"""Hides the sun a little longer every morning from day 25 on, at last until three hours to noon."""


@pytest.fixture(scope="module")
def shaded():
    return shaded_village([3, 8], TREE)


def test_a_growing_tree_is_found_on_the_panels_it_shades(shaded):
    assert set(judged(shaded, DETECTOR)) == {3, 8}


def test_it_is_found_while_it_hides_the_low_sun_only(shaded):
    for day in judged(shaded, DETECTOR).values():
        assert SOLAR_NOON_H - 4.5 < TREE[day] <= SOLAR_NOON_H - 2.8


def test_its_hours_are_told(shaded):
    told = DETECTOR.judge(shaded, DAYS - 1).evidence
    assert told["morning_percent"][3] > 40
    assert told["high_percent"][3] < 15


def test_the_shadow_is_not_called_dirt_where_the_high_sun_is_free(shaded):
    assert judged(shaded, SOILED) == {}


def test_a_felled_tree_clears():
    felled = np.where(DAY < 44, SOLAR_NOON_H - 2.8, 0.0)
    felled[:20] = 0.0
    table = shaded_village([3], felled)
    assert DETECTOR.judge(table, 40).set[3]
    end = DETECTOR.judge(table, DAYS - 1)
    assert end.clear[3]
    assert not end.set[3]


def test_healthy_twins_are_left_alone():
    for seed in (1, 2):
        assert judged(healthy_village(seed), DETECTOR) == {}


def test_dirt_takes_all_hours_and_is_no_shadow():
    def dirty(fleet):
        fleet.dirt[3] += np.clip((DAY - 18) * 0.012, 0, 0.45)

    assert judged(shaded_village([], TREE, change=dirty), DETECTOR) == {}


def test_a_shadow_that_was_always_there_is_no_growing_obstacle():
    assert judged(shaded_village([3], np.full(DAYS, SOLAR_NOON_H - 3.5)), DETECTOR) == {}


def test_hours_that_move_to_the_other_side_are_a_clock():
    fleet = mixed_fleet()
    fleet.use[:] *= 3.0
    block = run(fleet)
    since = 48 + 30 * 96
    for field in block.values:
        block[field][3, since:] = np.roll(block[field][3, since:], 8)
    assert 3 not in judged(with_silence(table_of(fleet, block)), DETECTOR)


def test_under_clouds_less_is_enough_when_it_lasts():
    """A thin crown lets half of the light through: a third is missing, for weeks."""
    fleet = mixed_fleet()
    fleet.use[:] *= 1.5
    block = run(fleet)
    step = np.arange(block.steps)
    day, hour = (step - 48) // 96, (step * 0.25 + 12.125) % 24
    dim = (day >= 22) & (hour < SOLAR_NOON_H - 2.8)
    block["pv_current_a"][3] *= np.where(dim, 0.65, 1.0).astype(np.float32)
    found = judged(with_silence(table_of(fleet, block)), DETECTOR)
    assert set(found) == {3}
    assert found[3] > 36
