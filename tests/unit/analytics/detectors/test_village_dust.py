"""Dust that a whole village gathers shows beside other villages; haze, season and rain do not."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.detectors.village_dust import OTHER_VILLAGES, village_dust
from analytics.indicators.table import IndicatorTable
from tests.fixtures.village_physics import FIRST_DAY, systems

DAYS, HOMES, VILLAGES = 140, 10, 6
DAY = np.arange(DAYS)
DUSTY = slice(0, HOMES)
GROWN = 1.0 - np.clip((DAY - 95) * 0.004, 0.0, 0.12)
"""An eighth within a month; for two weeks it stays so."""


def country(*, dust=None, sky=None, villages=VILLAGES):
    """Best hours of villages; ``dust`` of the first village, ``sky`` of all, both by day."""
    rng = np.random.default_rng(3)
    homes = HOMES * villages
    cloud = np.repeat(rng.choice([1.0, 0.5], (villages, DAYS), p=[0.7, 0.3]), HOMES, axis=0)
    best = 0.98 * cloud * (1.0 + rng.normal(0, 0.02, (homes, DAYS)))
    best *= rng.uniform(0.85, 1.15, (homes, 1))
    if sky is not None:
        best *= sky
    if dust is not None:
        best[DUSTY] *= dust
    return IndicatorTable(
        systems(homes),
        tuple(FIRST_DAY + timedelta(int(d)) for d in DAY),
        {"panel_clear": best.astype(np.float32)},
        np.repeat(np.arange(villages, dtype=np.int32), HOMES),
        np.full(homes, -1, np.int32),
    )


def test_a_dusty_village_is_found_and_no_other():
    lost = village_dust(country(dust=GROWN), DAYS - 1)
    assert lost[DUSTY] == pytest.approx(0.12, abs=0.05)
    assert not lost[HOMES:].any()


def test_clean_villages_have_none():
    assert not village_dust(country(), DAYS - 1).any()


def test_haze_and_season_dim_all_villages_alike():
    season = 1.0 - 0.12 * DAY / DAYS
    assert not village_dust(country(sky=season), DAYS - 1).any()
    assert not village_dust(country(sky=GROWN), DAYS - 1).any()


def test_a_hazy_week_or_a_wet_fortnight_of_one_village_is_no_dust():
    haze = np.where(DAY >= DAYS - 10, 0.8, 1.0)
    rain = np.where(DAY >= DAYS - 30, 0.4, 1.0) * np.where(DAY % 9 == 0, 2.0, 1.0)
    for weather in (haze, rain):
        assert not village_dust(country(dust=weather), DAYS - 1).any()


def test_washed_panels_are_clean_again():
    washed = np.where(DAY >= DAYS - 12, 1.0, GROWN)
    assert not village_dust(country(dust=washed), DAYS - 1).any()


def test_nothing_is_said_without_other_villages_or_months_before():
    few = country(dust=GROWN, villages=OTHER_VILLAGES)
    assert not village_dust(few, DAYS - 1).any()
    assert not village_dust(country(dust=GROWN), 60).any()
