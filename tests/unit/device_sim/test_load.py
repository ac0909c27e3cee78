from dataclasses import replace

import numpy as np
import pytest

from device_sim.load import (
    day_factor,
    hours_of_day,
    household_load_a,
    street_load_a,
    use_over_years,
    usual_ah,
)
from device_sim.noise import keys_of
from tests.fixtures.simulated_field import DAY, mixed_fleet

FLEET = mixed_fleet()
OFFSET_H = FLEET.offset_s.astype(np.float32) / 3600
HOURS = hours_of_day(OFFSET_H)
HOME, STREET = 0, 9


def wanted(day: int = DAY, habits=FLEET.habits) -> np.ndarray:
    return household_load_a(FLEET.keys, habits, OFFSET_H, day).T


def test_a_simulated_day_runs_from_morning_to_morning():
    assert HOURS[HOME, 0] == 8.0  # WITA
    assert HOURS[7, 0] == 9.0  # WIT
    assert HOURS[HOME, -1] == 31.75


def test_homes_burn_most_in_the_evening():
    mean = np.mean([wanted(DAY + n)[HOME] for n in range(20)], axis=0)
    evening = (HOURS[HOME] >= 18.5) & (HOURS[HOME] < 21)
    assert mean[evening].mean() > 4 * mean[HOURS[HOME] < 17].mean()
    assert (mean >= 0).all()


def test_no_two_days_are_alike():
    use = np.array([wanted(DAY + n)[HOME].sum() / 4 for n in range(60)])
    assert 0.1 < use.std() / use.mean() < 0.6


def test_guests_stay_for_some_days_and_go():
    calm = replace(FLEET.habits, restless=np.zeros(len(FLEET), np.float32))
    use = np.array([wanted(DAY + n, calm)[HOME].sum() for n in range(240)])
    visited = use > 1.4 * np.median(use)
    assert 0 < visited.mean() < 0.2
    lengths = np.diff(np.flatnonzero(np.diff(np.r_[0, visited, 0])))[::2]
    assert lengths.min() >= 2
    assert lengths.max() <= 5


def test_a_facility_works_by_day():
    mean = np.mean([wanted(DAY + n)[8] for n in range(10)], axis=0)
    work = (HOURS[8] >= 9) & (HOURS[8] < 14)
    assert mean[work].mean() > 3 * mean[HOURS[8] > 22].mean()


def test_a_street_light_burns_when_its_panel_is_dark_and_dims_late():
    open_v = np.where((HOURS > 18) & (HOURS < 30), 0.3, 20.0)
    dimming = replace(FLEET.habits, dim_after_h=np.full(len(FLEET), 23.0, np.float32))
    current, level = street_load_a(dimming, open_v, HOURS)
    assert not current[STREET, HOURS[STREET] < 18].any()
    assert set(level[STREET, (HOURS[STREET] > 18) & (HOURS[STREET] < 23)]) == {1.0}
    assert set(level[STREET, (HOURS[STREET] >= 23) & (HOURS[STREET] < 30)]) == {0.5}
    assert current[STREET].max() == pytest.approx(FLEET.habits.lamp_a[STREET])
    assert not current[HOME].any()


def test_a_usual_day_uses_what_the_home_usually_uses():
    calm = replace(FLEET.habits, restless=np.zeros(len(FLEET), np.float32))
    days = range(DAY, DAY + 120)
    used = np.mean([wanted(n, calm).sum(axis=1) / 4 for n in days], axis=0)
    factor = np.mean([day_factor(FLEET.keys, calm, n) for n in days], axis=0)
    homes = ~FLEET.habits.street & ~FLEET.habits.facility
    assert (used / factor)[homes] == pytest.approx(usual_ah(calm)[homes], rel=0.05)


def test_current_moves_in_steps_as_appliances_do():
    steps = np.abs(np.diff([wanted(DAY + n)[HOME] for n in range(20)], axis=1)) > 0.3
    assert 1 <= np.median(steps.sum(axis=1)) <= 20


def many(count: int = 400) -> tuple[np.ndarray, object]:
    """Keys and habits of so many homes like the first."""
    keys = keys_of(1, [f"home-{n}" for n in range(count)])
    like = {
        name: np.repeat(getattr(FLEET.habits, name)[..., :1], count, axis=-1)
        for name in FLEET.habits.__dataclass_fields__
    }
    return keys, replace(FLEET.habits, **(like | {"restless": np.zeros(count, np.float32)}))


def test_use_falls_by_a_third_in_two_years_and_comes_back():
    keys, habits = many()
    habits = replace(habits, growth=np.zeros(400, np.float32))
    years = np.array([use_over_years(keys, habits, DAY + 30 * n) for n in range(61)])
    assert years.min(axis=0) / years.max(axis=0) == pytest.approx(np.full(400, 0.67), abs=0.02)
    assert years.mean() == pytest.approx(1.0, abs=0.01)
    assert np.abs(np.diff(years, axis=0)).max() < 0.06  # slowly: no step to be read as a fault


def test_some_homes_are_heavy_and_a_feast_lights_most_of_them():
    keys, habits = many()
    christmas = 20_812
    usual, feast = (day_factor(keys, habits, day) for day in (christmas + 20, christmas))
    assert 1.25 < np.median(feast) / np.median(usual) < 1.7
    level = np.mean(
        [
            day_factor(keys, habits, d) / use_over_years(keys, habits, d)
            for d in range(DAY, DAY + 90)
        ],
        axis=0,
    )
    assert 0.02 < (level > 1.35).mean() < 0.1
