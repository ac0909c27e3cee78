"""Dirt is found on single panels; weather, tilt, use and unplugged panels are not taken for it."""

import numpy as np
import pytest

from analytics.detectors.panel_loss import loss_to_neighbours
from analytics.detectors.panel_soiled import DETECTOR
from tests.fixtures.village_physics import Fleet, run, systems, table_of, weather
from tests.fixtures.village_runs import DAYS, healthy_village, judged, mixed_fleet, with_silence

DAY = np.arange(DAYS)
RAMP = np.clip((DAY - 10) * 0.006, 0, 0.3)


@pytest.fixture(scope="module")
def dirty_village():
    """Rows 6-8 gather dirt from day 10 on; row 8 is washed on day 54."""
    fleet = mixed_fleet()
    fleet.dirt[6:9] += RAMP
    fleet.dirt[8, 54:] = 0.0
    return with_silence(table_of(fleet))


def test_dirty_panels_are_found_and_no_others(dirty_village):
    assert set(judged(dirty_village, DETECTOR)) == {6, 7, 8}


def test_on_a_record_of_weeks_they_are_found_before_three_tenths_are_lost(dirty_village):
    for day in judged(dirty_village, DETECTOR).values():
        assert 0.10 < RAMP[day] < 0.28


def test_the_loss_is_told_about_right(dirty_village):
    loss = loss_to_neighbours(dirty_village, DAYS - 1).now[6]
    assert loss == pytest.approx(RAMP[-4], abs=0.05)
    told = DETECTOR.judge(dirty_village, DAYS - 1).evidence["loss_percent"][6]
    assert told == pytest.approx(loss * 100)


def test_a_washed_panel_clears(dirty_village):
    assert DETECTOR.judge(dirty_village, 53).set[8]
    end = DETECTOR.judge(dirty_village, DAYS - 1)
    assert end.clear[8]
    assert not end.set[8]


def test_a_loss_between_the_levels_neither_sets_nor_clears():
    fleet = mixed_fleet()
    fleet.dirt[6] = np.clip((DAY - 18) * 0.005, 0, 0.105)
    end = DETECTOR.judge(with_silence(table_of(fleet)), DAYS - 1)
    assert not end.set[6]
    assert not end.clear[6]


def test_clean_twins_are_left_alone():
    for seed in (1, 2):
        assert judged(healthy_village(seed), DETECTOR) == {}


def test_dust_over_the_whole_village_is_not_one_panels_dirt():
    fleet = mixed_fleet()
    fleet.dirt += RAMP
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}


def test_a_loss_of_one_week_is_the_weathers_or_the_batterys():
    """Dirt does not go by itself: what was not there a week before is waited for."""
    fleet = mixed_fleet()
    for row in (6, 7, 8):
        fleet.dirt[row, 38 + row : 46 + row] += 0.17
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}
    fleet.dirt[6] = RAMP
    assert set(judged(with_silence(table_of(fleet)), DETECTOR)) == {6}


def test_an_unplugged_panel_is_not_dirty():
    fleet = mixed_fleet()
    fleet.connected[11, 30:36] = False
    fleet.connected[12, 40:] = False
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}


def test_a_panel_that_loses_half_at_once_is_not_dirty():
    fleet = mixed_fleet()
    fleet.dirt[11, 30:] += 0.5
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}


def test_lighter_use_from_one_day_on_is_not_dirt():
    """A fuller battery holds the panel back earlier, so other hours are compared."""
    fleet = mixed_fleet()
    fleet.use[5:25, 30:] *= 0.4
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}


def test_a_panel_tilted_to_the_west_is_not_dirty_when_the_dry_season_comes():
    """Under cloud it gives like the others, on clear mornings a fifth less."""
    fleet = mixed_fleet()
    rng = np.random.default_rng(8)
    sky = np.where(DAY < 30, rng.choice([0.5, 0.35, 1.0], DAYS, p=[0.6, 0.25, 0.15]), 1.0)
    sky[30:] = rng.choice([1.0, 0.85, 0.4], 30, p=[0.7, 0.15, 0.15])
    fleet.sky = sky
    block = run(fleet)
    step = np.arange(block.steps)
    solar_h = (step * 0.25 + 12.0) % 24 - 12.0
    clear = np.concatenate([[1.0], sky])[(step + 48) // 96] >= 0.8
    lean = np.where(clear & (np.abs(solar_h) < 5), 0.07 * solar_h, 0.0)
    block["pv_current_a"][20:24] *= (1 + lean).astype(np.float32)
    table = with_silence(table_of(fleet, block))
    assert judged(table, DETECTOR) == {}
    for day in range(35, DAYS):
        loss = loss_to_neighbours(table, day)
        assert np.nanmax((loss.now - 2 * loss.doubt)[20:24]) < 0.05


def test_days_without_any_record_before_do_not_matter(dirty_village):
    values = {
        name: np.concatenate([np.full((54, 20), np.nan, np.float32), v], axis=1)
        for name, v in dirty_village.values.items()
    }
    longer = type(dirty_village)(
        dirty_village.systems,
        tuple(range(20)) + dirty_village.days,
        values,
        dirty_village.village_code,
        dirty_village.gateway_code,
    )
    assert set(np.flatnonzero(DETECTOR.judge(longer, DAYS + 19).set)) == {6, 7}


def test_three_homes_judge_themselves_by_clear_hours():
    fleet = Fleet(systems(3), DAYS, seed=6, sky=weather(DAYS, 6))
    fleet.use[:] *= 2.5
    fleet.dirt[1] += np.clip((DAY - 15) * 0.012, 0, 0.45)
    found = judged(with_silence(table_of(fleet)), DETECTOR)
    assert set(found) <= {1}


def test_three_homes_through_a_wet_month_are_left_alone():
    fleet = Fleet(systems(3), DAYS, seed=6, sky=weather(DAYS, 6, wet=(25, 50)))
    fleet.use[:] *= 2.5
    assert judged(with_silence(table_of(fleet)), DETECTOR) == {}


@pytest.mark.parametrize(("many", "told"), [(20, True), (8, False)])
def test_in_a_dusty_village_many_must_have_lost_a_tenth_with_it(monkeypatch, many, told):
    """Dust lies unevenly; what takes the same of all is the sky."""
    fleet = mixed_fleet()
    fleet.dirt[10 : 10 + many] += np.clip((DAY - 30) * 0.006, 0, 0.08)
    table = with_silence(table_of(fleet))
    dust = np.full(len(table.systems), 0.06, np.float32)
    monkeypatch.setattr("analytics.detectors.panel_soiled.village_dust", lambda *_: dust)
    judged_now = DETECTOR.judge(table, DAYS - 1)
    found = judged_now.set & (judged_now.evidence["village_percent"] > 0)
    assert found[10:30].sum() >= 14 if told else not found.any()
