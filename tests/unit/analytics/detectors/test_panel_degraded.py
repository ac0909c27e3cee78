"""Ageing is told after a year, even and beyond the neighbours'; dirt and faults are not it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.detectors.panel_degraded import AT_ONCE, DETECTOR
from analytics.detectors.shade_profile import HIGH
from analytics.indicators.panel_profile import PARTS
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import FIRST_DAY, systems

DAYS, HOMES = 397, 16
"""The last day is a Monday, on which the year is looked at."""
DAY = np.arange(DAYS)
EVERYBODY_AGES = 1.0 - 0.01 * DAY / 365


def village(seed=1, days=DAYS, **changes):
    """Sixteen homes for a year and a month of which some columns are known: what was given and due.

    ``changes`` names what a home (``home_3=...``) gives besides, shape (days,).
    """
    rng = np.random.default_rng(seed)
    sun = rng.uniform(0.3, 1.2, days) * np.ones((HOMES, 1))
    level = rng.uniform(0.85, 1.15, (HOMES, 1)) * EVERYBODY_AGES[:days]
    level = level * (1 + rng.normal(0, 0.04, (HOMES, days)))
    for name, change in changes.items():
        level[int(name.removeprefix("home_"))] *= change[:days]
    values = {
        "panel_due": sun.astype(np.float32),
        "panel_given": (sun * level).astype(np.float32),
    }
    for name in ("panel_east", "panel_north"):
        values[name] = np.zeros((HOMES, days), np.float32)
    for what in ("panel_given", "panel_due"):
        values |= {f"{what}_{part}": values[what] / len(PARTS) for part in PARTS}
    values["panel_v_max"] = np.full((HOMES, days), 19.0, np.float32)
    return IndicatorTable(
        systems(HOMES),
        tuple(FIRST_DAY + timedelta(int(d)) for d in DAY[:days]),
        values,
        np.zeros(HOMES, np.int32),
        np.full(HOMES, -1, np.int32),
    )


AGEING = 1.0 - 0.17 * DAY / 365


def found(table, day=DAYS - 1):
    return set(np.flatnonzero(DETECTOR.judge(table, day).set).tolist())


def test_a_panel_that_loses_a_sixth_in_a_year_is_found():
    assert found(village(home_3=AGEING)) == {3}


def test_its_loss_and_how_sure_it_is_are_told():
    told = DETECTOR.judge(village(home_3=AGEING), DAYS - 1).evidence
    assert told["a_year_percent"][3] == pytest.approx(17, abs=3)
    assert 0 < told["within_percent"][3] < 8


def test_what_all_panels_lose_is_usual():
    for seed in range(1, 9):
        assert found(village(seed)) == set()


def test_three_percent_a_year_cannot_be_told():
    assert found(village(home_3=1.0 - 0.03 * DAY / 365)) == set()


def test_before_a_year_is_over_nothing_is_said():
    table = village(home_3=AGEING, days=390)
    judged = DETECTOR.judge(table, 389)
    assert not judged.set.any()
    assert not judged.clear.any()


def test_dirt_of_weeks_and_a_fault_of_a_day_are_no_ageing():
    dirt = 1.0 - np.clip((DAY - 330) * 0.004, 0.0, 0.12)
    fault = np.where(DAY < 200, 1.0, 0.88)
    table = village(home_3=dirt, home_4=fault, home_5=np.where(DAY < 380, 1.0, 0.5))
    assert found(table) == set()


def test_a_new_panel_begins_anew():
    table = village(home_3=AGEING)
    replaced = np.zeros((HOMES, DAYS), np.float32)
    replaced[3, 250] = 1.0
    table = replace(table, values={**table.values, "event_panel_replaced": replaced})
    assert found(table) == set()


STRUCK = 40
"""Days ago a panel was struck."""


def struck(left, days_ago=STRUCK):
    return np.where(DAYS - days_ago > DAY, 1.0, left)


def test_a_panel_that_lost_a_fifth_at_once_is_found_and_since_when_is_told():
    told = DETECTOR.judge(village(home_3=struck(0.8)), DAYS - 1)
    assert set(np.flatnonzero(told.set).tolist()) == {3}
    assert told.evidence["kind"][3] == AT_ONCE
    assert told.evidence["at_once_percent"][3] == pytest.approx(20, abs=3)
    assert told.evidence["since_days"][3] == pytest.approx(STRUCK, abs=4)


def test_it_needs_to_have_stayed_for_two_weeks():
    assert found(village(home_3=struck(0.8, 10))) == set()
    assert found(village(home_3=struck(0.8, 20))) == {3}


def test_dirt_that_grew_or_was_washed_off_is_no_step():
    grown = 1.0 - np.clip((DAY - DAYS + 60) * 0.005, 0.0, 0.25)
    washed = struck(0.8) + 0.2 * (DAY > DAYS - 12)
    assert found(village(home_3=grown, home_4=washed)) == set()


def test_a_step_less_than_a_tenth_or_to_another_scale_is_not_the_panels():
    assert found(village(home_3=struck(0.92), home_4=struck(0.5))) == set()


def test_a_shadow_or_a_substring_is_no_step():
    table = village(home_3=struck(0.8), home_4=struck(0.8))
    high = {f"panel_given_{part}": table[f"panel_given_{part}"].copy() for part in HIGH}
    for values in high.values():
        values[3] /= struck(0.8)
    volts = table["panel_v_max"].copy()
    volts[4, -STRUCK:] = 12.0
    changed = {**table.values, **high, "panel_v_max": volts}
    assert found(replace(table, values=changed)) == set()


def test_steps_too_are_told_on_mondays():
    assert not DETECTOR.judge(village(home_3=struck(0.8)), DAYS - 2).set.any()
