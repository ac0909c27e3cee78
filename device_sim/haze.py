"""Haze that a scenario orders: so many days on which smoke or dust takes light from every village.

It is the weather's, not the panels': nothing is soiled, and all neighbours see the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from device_sim.weather import Weather, WeatherDay


@dataclass(frozen=True, slots=True)
class Haze:
    """``depth`` (0..1) of the light is gone from a day of the run on, for so many days."""

    depth: float
    from_day: int
    days: int


class HazyWeather(Weather):
    """Another weather, behind haze; days count from ``first_day``, the run's first since 1970."""

    def __init__(self, weather: Weather, haze: Sequence[Haze], first_day: int) -> None:
        self.villages = weather.villages
        self._behind = weather
        self._ordered = haze
        self._first_day = first_day

    def day(self, day: int) -> WeatherDay:
        """The weather of a UTC day since 1970."""
        clear = self._behind.day(day)
        run_day = day - self._first_day
        depths = [h.depth for h in self._ordered if 0 <= run_day - h.from_day < h.days]
        if not depths:
            return clear
        left = 1.0 - max(depths)
        return replace(
            clear,
            beam=(clear.beam * left).astype(clear.beam.dtype),
            diffuse=(clear.diffuse * left).astype(clear.diffuse.dtype),
            haze=1.0 - (1.0 - clear.haze) * left,
        )
