import numpy as np
import pytest

from device_sim import archetypes
from device_sim.archetypes import sample_days

EVENING, DAY = slice(72, 92), slice(32, 68)


def test_every_archetype_has_a_month_of_days_of_the_same_size():
    days = sample_days()
    assert days.shape == (4, 30, 96)
    assert days.min() >= 0
    assert days.mean(axis=2) == pytest.approx(np.ones((4, 30)), abs=1e-4)


def test_light_is_burnt_in_the_evening_and_some_things_run_by_day():
    days = sample_days().sum(axis=1)
    whole = days.sum(axis=1)
    assert (days[:, EVENING].sum(axis=1) / whole > 0.55).all()
    by_day = days[:, DAY].sum(axis=1) / whole
    assert (by_day > 0.04).all()
    assert (by_day < 0.25).all()


def test_two_archetypes_burn_a_lamp_all_night():
    asleep = sample_days()[:, :, 8:14].mean(axis=(1, 2))
    assert (asleep[[1, 3]] > 0.1).all()
    assert (asleep[[0, 2]] < 0.05).all()


def test_no_two_days_are_alike():
    for days in sample_days():
        assert len({day.tobytes() for day in days}) == 30


def test_a_torn_file_is_refused(tmp_path, monkeypatch):
    torn = tmp_path / "days.csv"
    torn.write_text("0,0,100,100\n", encoding="utf-8")
    monkeypatch.setattr(archetypes, "_FILE", torn)
    sample_days.cache_clear()
    with pytest.raises(ValueError, match=r"days\.csv"):
        sample_days()
    sample_days.cache_clear()
