from dataclasses import replace

import numpy as np
import pytest

from device_sim.load import hours_of_day, household_load_a, street_load_a
from tests.fixtures.simulated_field import DAY, mixed_fleet

FLEET = mixed_fleet()
HOURS = hours_of_day(FLEET.offset_s.astype(np.float32) / 3600)
HOME, STREET = 0, 9


def wanted(day: int = DAY, habits=FLEET.habits) -> np.ndarray:
    return household_load_a(FLEET.keys, habits, HOURS, day)


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
