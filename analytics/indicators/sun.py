"""Where the sun stands: enough to tell day from night and to draw a clear day."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import utc
from collector.domain.device import Village

HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True)
class SunDay:
    """The sun over one place on one local day; hours count from local midnight."""

    sunrise_h: float
    noon_h: float
    sunset_h: float
    latitude_rad: float
    declination_rad: float

    def with_noon(self, noon_h: float) -> "SunDay":
        """The same day with its noon at another hour."""
        moved = noon_h - self.noon_h
        return replace(
            self,
            sunrise_h=self.sunrise_h + moved,
            noon_h=noon_h,
            sunset_h=self.sunset_h + moved,
        )

    def elevation_sine(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sine of the sun's elevation at hours after local midnight, negative at night."""
        angle = np.deg2rad(15.0 * (hours - self.noon_h))
        return math.sin(self.latitude_rad) * math.sin(self.declination_rad) + math.cos(
            self.latitude_rad
        ) * math.cos(self.declination_rad) * np.cos(angle)

    def east_slope(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """East component of the sun's direction over its height: what a tilt to the east gains.

        The beam on a panel tilted by a small angle grows by the angle's sine times this.
        """
        angle = np.deg2rad(15.0 * (hours - self.noon_h))
        east = -math.cos(self.declination_rad) * np.sin(angle)
        return east / np.maximum(self.elevation_sine(hours), 0.1)

    def north_slope(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """North component of the sun's direction over its height: what a tilt to the north gains.

        It changes its sign with the season where the sun passes the zenith.
        """
        angle = np.deg2rad(15.0 * (hours - self.noon_h))
        north = math.cos(self.latitude_rad) * math.sin(self.declination_rad) - math.sin(
            self.latitude_rad
        ) * math.cos(self.declination_rad) * np.cos(angle)
        return north / np.maximum(self.elevation_sine(hours), 0.1)

    def clear_sky(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """Clear-sky irradiance, share of 1000 W/m2 (Haurwitz, Journal of Meteorology 2, 1945)."""
        cosine = np.maximum(self.elevation_sine(hours), 1e-3)
        return 1.098 * cosine * np.exp(-0.059 / cosine)


def sun_day(midnight_s: float, village: Village) -> SunDay:
    """Sunrise, noon and sunset to about four minutes, by declination and the equation of time.

    Cooper (Solar Energy 12, 1969) and Spencer (Search 2, 1971), as in Duffie & Beckman, Solar
    Engineering of Thermal Processes, ch. 1. In polar day or night the day is 24 or 0 h long.
    """
    day = utc(midnight_s + 43_200).timetuple().tm_yday
    declination = math.radians(23.45) * math.sin(math.radians(360.0 * (284 + day) / 365.0))
    b = 2.0 * math.pi * (day - 1) / 365.0
    equation_min = 229.2 * (
        0.000075
        + 0.001868 * math.cos(b)
        - 0.032077 * math.sin(b)
        - 0.014615 * math.cos(2 * b)
        - 0.04089 * math.sin(2 * b)
    )
    noon_utc_h = 12.0 - village.longitude / 15.0 - equation_min / 60.0
    midnight_utc_h = (midnight_s % 86_400) / 3_600.0
    noon_h = (noon_utc_h - midnight_utc_h) % HOURS_A_DAY
    latitude = math.radians(village.latitude)
    cosine = -math.tan(latitude) * math.tan(declination)
    # The rim of the sun is seen 0.83 degrees before its centre rises.
    half_h = math.degrees(math.acos(min(1.0, max(-1.0, cosine - 0.0145)))) / 15.0
    return SunDay(noon_h - half_h, noon_h, noon_h + half_h, latitude, declination)
