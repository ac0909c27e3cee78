"""The sun's times and heights against pvlib's, for places of the programme and others."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from pvlib.location import Location

from analytics.indicators.sun import sun_day
from collector.domain.clock import day_start_s
from collector.domain.device import Village

PLACES = [
    ("Asia/Makassar", -9.95, 124.4),
    ("Asia/Jayapura", -3.3, 129.5),
    ("America/New_York", 40.0, -75.0),
]
DAYS = [date(2026, 1, 5), date(2026, 4, 15), date(2026, 6, 21), date(2026, 11, 3)]


def village(zone, latitude, longitude):
    return Village("x", "x", "x", zone, latitude, longitude)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("day", DAYS)
def test_sunrise_noon_and_sunset_are_within_five_minutes(place, day):
    midnight = day_start_s(day, place[0])
    sun = sun_day(midnight, village(*place))
    at = pd.DatetimeIndex([pd.Timestamp(midnight + 43_200, unit="s", tz="UTC")])
    true = Location(place[1], place[2]).get_sun_rise_set_transit(at.tz_convert(place[0]))
    for ours, name in (
        (sun.sunrise_h, "sunrise"),
        (sun.noon_h, "transit"),
        (sun.sunset_h, "sunset"),
    ):
        hours = (true[name].iloc[0].timestamp() - midnight) / 3600
        assert ours == pytest.approx(hours, abs=5 / 60)


@pytest.mark.parametrize("place", PLACES)
def test_elevation_follows_the_day(place):
    midnight = day_start_s(DAYS[1], place[0])
    hours = np.arange(0.0, 24.0, 0.5)
    times = pd.to_datetime(midnight + hours * 3600, unit="s", utc=True)
    true = Location(place[1], place[2]).get_solarposition(times)["elevation"].to_numpy()
    ours = np.rad2deg(np.arcsin(sun_day(midnight, village(*place)).elevation_sine(hours)))
    assert np.abs(ours - true).max() < 1.5


def test_a_clear_day_is_bright_at_noon_and_dark_at_night():
    sun = sun_day(day_start_s(DAYS[0], PLACES[0][0]), village(*PLACES[0]))
    sky = sun.clear_sky(np.array([1.0, sun.noon_h]))
    assert sky[0] < 0.01
    assert 0.9 < sky[1] < 1.1


def test_a_tilt_to_the_east_gains_in_the_morning_and_loses_in_the_afternoon():
    sun = sun_day(day_start_s(DAYS[0], PLACES[0][0]), village(*PLACES[0]))
    slope = sun.east_slope(sun.noon_h + np.array([-3.0, 0.0, 3.0]))
    assert slope[0] > 0.5
    assert slope[1] == pytest.approx(0.0, abs=1e-6)
    assert slope[2] == pytest.approx(-slope[0])


def test_polar_night_and_day_are_0_and_24_hours():
    north = Village("x", "x", "x", "UTC", 80.0, 0.0)
    winter = sun_day(day_start_s(date(2026, 12, 21), "UTC"), north)
    summer = sun_day(day_start_s(date(2026, 6, 21), "UTC"), north)
    assert winter.sunset_h - winter.sunrise_h == 0
    assert summer.sunset_h - summer.sunrise_h == 24
