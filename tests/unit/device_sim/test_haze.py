import numpy as np
import pytest

from device_sim.haze import Haze, HazyWeather
from device_sim.weather import Weather
from tests.fixtures.simulated_field import BOTI, DAY, HAYA

CLEAR = Weather((BOTI, HAYA), 1)
HAZY = HazyWeather(CLEAR, (Haze(0.25, 2, 3),), DAY)


def test_every_village_loses_the_same_share_on_its_days_and_nothing_else():
    for day in range(6):
        clear, hazy = CLEAR.day(DAY + day), HAZY.day(DAY + day)
        left = 0.75 if 2 <= day < 5 else 1.0
        assert hazy.beam == pytest.approx(left * clear.beam)
        assert hazy.diffuse == pytest.approx(left * clear.diffuse)
        assert np.array_equal(hazy.rain_mm, clear.rain_mm)
        assert np.array_equal(hazy.air_c, clear.air_c)


def test_haze_that_was_there_is_not_lost():
    day = HAZY.day(DAY + 2)
    assert 1 - day.haze == pytest.approx((1 - CLEAR.day(DAY + 2).haze) * 0.75)
