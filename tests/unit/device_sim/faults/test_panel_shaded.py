import numpy as np
import pytest

from device_sim.fault import Episode
from device_sim.faults.panel_shaded import answer
from device_sim.inputs import inputs_of
from device_sim.levers import Levers
from device_sim.truth import SystemTruth
from device_sim.weather import Weather
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = DAY * DAY_S
TREE = {"toward": 270.0, "half_width": 85.0, "height": 60.0, "first": 25.0, "per_day": 0.35}


def tree(days_ago: float) -> Episode:
    return Episode("panel_shaded", SERIALS[1], START_S - days_ago * DAY_S, np.inf, 0.9, TREE)


def truth(shade: np.ndarray) -> SystemTruth:
    none = np.zeros(shade.size)
    days_s = START_S + np.arange(shade.size) * DAY_S
    end_s = START_S + shade.size * DAY_S
    dark = none.astype(bool)
    return SystemTruth(START_S, end_s, days_s, none, none, none, none, dark, shade, dark)


def test_a_tree_in_the_west_takes_the_afternoon_and_leaves_the_morning():
    fleet, free, shaded = mixed_fleet(), Levers.untouched(12), Levers.untouched(12)
    shaded.obstacle[1] = (270.0, 85.0, 55.0, 0.9)
    weather, clean = Weather(fleet.villages, 1), np.zeros(12, np.float32)
    current = np.zeros((2, 96))
    for day in range(DAY, DAY + 15):
        for i, levers in enumerate((free, shaded)):
            current[i] += inputs_of(fleet, weather.day(day), levers, clean, day).panels.photo_a[
                :, 1
            ]
    morning, afternoon = slice(0, 14), slice(29, 37)  # up to half past eleven, and from three on
    assert current[1, morning] == pytest.approx(current[0, morning])
    assert current[1, afternoon].sum() < 0.75 * current[0, afternoon].sum()


def test_the_shadow_grows_until_the_tree_is_grown():
    shade = [Flows(mixed_fleet(), 1, [tree(ago)]).traces[0].truth.shade for ago in (1, 50, 110)]
    assert 0 < shade[0][1] < shade[1][1] < shade[2][1] < 0.4
    assert not np.delete(shade[2], 1).any()


def test_the_answer_begins_with_a_week_above_a_tenth():
    told = answer(tree(60), truth(np.r_[np.full(10, 0.05), np.full(30, 0.15)]))
    assert told
    # Four of seven days at 15 % and three at 5 % are 10.7 %.
    assert told.start_s == START_S + 13 * DAY_S
    assert told.end_s is None
    assert told.severity == pytest.approx(0.15)


def test_little_shade_is_no_answer_and_growing_shade_is_foretold():
    assert answer(tree(0), truth(np.full(20, 0.01))) is None
    told = answer(tree(40), truth(np.full(20, 0.085)))
    assert told
    assert START_S + 20 * DAY_S < told.start_s <= START_S + 50 * DAY_S


def test_a_season_that_frees_the_panel_ends_it():
    told = answer(tree(60), truth(np.r_[np.full(20, 0.15), np.full(20, 0.02)]))
    assert told
    assert told.end_s == START_S + 23 * DAY_S
