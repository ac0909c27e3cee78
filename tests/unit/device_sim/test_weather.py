from dataclasses import replace

import numpy as np
import pytest

from device_sim.climate import TIMOR, normal_on
from device_sim.weather import Weather
from tests.fixtures.simulated_field import BOTI, DAY, HAYA
from tests.unit.device_sim.test_climate import day

NEAR = replace(BOTI, name="Oeekam")


@pytest.fixture(scope="module")
def weather():
    return Weather((BOTI, NEAR, HAYA), 1)


def test_any_day_can_be_had_without_those_before_it(weather):
    alone = Weather((BOTI, NEAR, HAYA), 1).day(DAY + 3)
    for _ in range(3):
        weather.day(DAY)
    again = weather.day(DAY + 3)
    assert np.array_equal(alone.beam, again.beam)
    assert np.array_equal(alone.rain_mm, again.rain_mm)


def test_another_seed_brings_other_weather(weather):
    other = Weather((BOTI, NEAR, HAYA), 2).day(DAY)
    assert not np.array_equal(other.cloud, weather.day(DAY).cloud)


def test_rain_falls_as_often_as_the_season_says(weather):
    wet = [weather.day(day(1) + n * 7).rain_mm[0] > 0 for n in range(-100, 100) if n % 52 < 4]
    dry = [weather.day(day(8) + n * 7).rain_mm[0] > 0 for n in range(-100, 100) if n % 52 < 4]
    assert np.mean(wet) > 0.35
    assert np.mean(dry) < 0.2
    assert normal_on(TIMOR.wetness, day(8)) < 0.05


def test_rainy_days_are_darker(weather):
    days = [weather.day(DAY + n) for n in range(60)]
    light = np.array([(d.beam[0] * d.direction[0, 0].clip(0) + d.diffuse[0]).sum() for d in days])
    rain = np.array([d.rain_mm[0] for d in days])
    assert light[rain > 5].mean() < 0.75 * light[rain == 0].mean()


def test_villages_of_a_region_share_their_spells_and_are_not_alike(weather):
    cover = np.array([weather.day(DAY + n).cloud.mean(axis=1) for n in range(120)])
    related = np.corrcoef(cover.T)
    assert 0.4 < related[0, 1] < 0.95
    assert abs(related[0, 2]) < 0.35


def test_light_is_never_negative_nor_beyond_the_clear_sky(weather):
    for n in range(20):
        today = weather.day(DAY + n)
        assert today.beam.min() >= 0
        assert today.diffuse.min() >= 0
        level = today.beam * today.direction[0].clip(0) + today.diffuse
        assert level.max() < 1150


def test_haze_is_mild_lasts_a_week_and_is_rare(weather):
    haze = np.array([weather.day(DAY + n).haze[0] for n in range(4 * 365)])
    assert haze.max() <= 0.131
    assert 0 < (haze > 0).mean() < 0.08
    runs = np.diff(np.flatnonzero(np.diff(np.r_[0, haze > 0, 0])))[::2]
    assert set(runs) <= {6, 7}


def test_haze_is_a_regions_and_comes_when_fields_are_dry(weather):
    days = range(DAY, DAY + 60 * 365, 6)  # every week of sixty years is met
    haze = np.array([weather._haze(n) for n in days])
    hazy = haze > 0
    assert np.array_equal(hazy[:, 0], hazy[:, 1])  # neighbours share the week
    assert not np.array_equal(haze[:, 0], haze[:, 1])  # and not its depth
    assert not np.array_equal(hazy[:, 0], hazy[:, 2])  # the other island burns on its own
    wet = np.array([normal_on(TIMOR.wetness, n) for n in days]) >= 0.35
    assert hazy[wet, 0].mean() < 0.5 * hazy[~wet, 0].mean()


def test_air_is_warmest_in_the_early_afternoon(weather):
    mean = np.mean([weather.day(DAY + n).air_c[0] for n in range(20)], axis=0)
    warmest_utc_h = mean.argmax() / 4
    assert 4.5 < warmest_utc_h < 7.0
    assert 18 < mean.min() < mean.max() < 33
