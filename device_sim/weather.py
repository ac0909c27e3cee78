"""Clouds, rain, haze and air temperature over each village, as a pure function of the day.

Every value is made from hashed noise smoothed over the hours and days before it, so any day can be
had without those that precede it and the same seed always gives the same weather.
"""

from dataclasses import dataclass

import numpy as np

from collector.domain.device import Village
from device_sim.arrays import Array
from device_sim.climate import climate_of, normal_on
from device_sim.grid import STEPS_A_DAY, ticks_of
from device_sim.noise import keys_of, normal, uniform
from device_sim.sun import ClearSky, Sun

_DAY_MEMORY = np.array([0.76, 0.50, 0.33, 0.25], np.float32)
"""Weights of today's and earlier days' noise: sunny and wet spells last some days [K]."""
_CLOUD_MEMORY = np.exp(-np.arange(16, dtype=np.float32) / 4.0)
_CLOUD_MEMORY /= np.sqrt((_CLOUD_MEMORY**2).sum())
"""Clouds hold for about an hour [K]."""
_REGION_SHARE = 0.75
_HAZE_DAYS = 7
_HAZE_SEASON_DAYS = 91
_HAZE_CHANCE = 0.5
_HAZE_CHANCE_WET = 0.1
"""Chance of a haze week in a quarter of a year, by the season it would fall in [K]."""
_DRY = 0.35
"""Share of rainy days below which fields are burnt [K]."""
_COLDEST_CLOUD = 0.80
"""Share of the clear sky that the thickest cover takes away."""


@dataclass(frozen=True, slots=True)
class WeatherDay:
    """Weather of all villages on one UTC day.

    ``beam``, ``diffuse`` (W/m2), ``air_c`` and ``cloud`` (0..1) have shape (villages, 96),
    ``direction`` (3, villages, 96); ``rain_mm`` and ``haze`` (share of light lost) (villages,).
    """

    direction: Array
    beam: Array
    diffuse: Array
    air_c: Array
    cloud: Array
    rain_mm: Array
    haze: Array


class Weather:
    """The weather of some villages under one seed."""

    def __init__(self, villages: tuple[Village, ...], seed: int) -> None:
        self.villages = villages
        self._sun = Sun(villages)
        self._climates = [climate_of(v) for v in villages]
        self._village_keys = keys_of(seed, [f"weather/{v.name}" for v in villages])
        self._region_keys = keys_of(seed, [f"weather/{c.region}" for c in self._climates])
        # Clouds build up after noon by the sun, so the hour is that of the longitude.
        self._longitude_steps = np.array([round(v.longitude / 360 * STEPS_A_DAY) for v in villages])

    def day(self, day: int) -> WeatherDay:
        """The weather of a UTC day since 1970."""
        sky = self._sun.day(day)
        cover, rain_mm = self._cover(day)
        cloud = self._cloud(day, cover, self._cover(day + 1)[0])
        haze = self._haze(day)
        beam, diffuse = _under(sky, cloud, haze)
        return WeatherDay(sky.direction, beam, diffuse, self._air(day, cloud), cloud, rain_mm, haze)

    def _cover(self, day: int) -> tuple[Array, Array]:
        """Mean cloud cover (0..1) and rain (mm) of a local day, each of shape (villages,).

        1.702 scales the logistic curve to the normal distribution within 0.01.
        """
        days = np.arange(day, day - len(_DAY_MEMORY), -1, dtype=np.int64)
        local = normal(self._village_keys, days, "day") @ _DAY_MEMORY
        shared = normal(self._region_keys, days, "day") @ _DAY_MEMORY
        share = np.float32(_REGION_SHARE)
        mixed = share * shared + np.sqrt(1 - share**2) * local
        deviate = mixed / np.linalg.norm(_DAY_MEMORY)
        rank = 1.0 / (1.0 + np.exp(-1.702 * deviate))
        wetness = np.array([normal_on(c.wetness, day) for c in self._climates], np.float32)
        # 0.5 at the driest rainy day; a fair-weather day keeps a little cumulus.
        cover = 0.5 + 0.5 * np.tanh((wetness + 0.12 - rank) / 0.28)
        rainy = np.maximum(wetness - rank, 0.0)
        rain_mm = np.where(rainy > 0, 1.0 + 45.0 * rainy**1.5, 0.0)
        return cover.astype(np.float32), rain_mm.astype(np.float32)

    def _cloud(self, day: int, today: Array, tomorrow: Array) -> Array:
        """Cloudiness (0..1) of every quarter hour, shape (villages, 96).

        The UTC day ends in the small hours of the next local day: cover changes at midnight there.
        """
        memory = len(_CLOUD_MEMORY)
        ticks = np.arange(ticks_of(day)[0] - memory + 1, ticks_of(day)[-1] + 1, dtype=np.int64)
        white = normal(self._village_keys, ticks, "cloud")
        windows = np.lib.stride_tricks.sliding_window_view(white, memory, axis=1)
        drift = windows @ _CLOUD_MEMORY[::-1]
        steps = np.arange(STEPS_A_DAY)[None, :] + self._longitude_steps[:, None]
        cover = np.where(steps < STEPS_A_DAY, today[:, None], tomorrow[:, None])
        hours = (steps % STEPS_A_DAY) / 4.0
        afternoon = np.clip((hours - 11.0) / 5.0, 0.0, 1.0)
        level = cover * (0.85 + 0.3 * afternoon)
        unrest = 0.06 + 0.75 * cover * (1.05 - cover)
        return np.clip(level + unrest * drift, 0.0, 1.0).astype(np.float32)

    def _haze(self, day: int) -> Array:
        """Share of light a haze week takes, mostly none, shape (villages,).

        Fields are burnt in dry seasons: a region's villages share the week, not its depth.
        """
        season, within = divmod(day, _HAZE_SEASON_DAYS)
        this = np.array([season])
        chance, start = (
            uniform(self._region_keys, this, f"haze/{what}")[:, 0] for what in ("chance", "start")
        )
        depth = uniform(self._village_keys, this, "haze/depth")[:, 0]
        first = np.floor(start * (_HAZE_SEASON_DAYS - _HAZE_DAYS))
        begins = (day - within + first).astype(np.int64)
        wetness = [
            normal_on(c.wetness, int(d)) for c, d in zip(self._climates, begins, strict=True)
        ]
        burning = chance < np.where(np.array(wetness) < _DRY, _HAZE_CHANCE, _HAZE_CHANCE_WET)
        inside = burning & (within >= first) & (within < first + _HAZE_DAYS)
        return np.where(inside, 0.05 + 0.08 * depth, 0.0).astype(np.float32)

    def _air(self, day: int, cloud: Array) -> Array:
        """Air temperature in degC, warmest two hours after noon, flatter under cloud."""
        steps = np.arange(STEPS_A_DAY)[None, :] + self._longitude_steps[:, None]
        wave = np.cos((steps / 4.0 - 14.0) / 24.0 * 2 * np.pi).astype(np.float32)
        mean = np.array([normal_on(c.mean_c, day) for c in self._climates], np.float32)
        swing = np.array([c.swing_k for c in self._climates], np.float32)
        offset = normal(self._village_keys, np.array([day]), "air")
        day_cloud = cloud.mean(axis=1, keepdims=True)
        return (
            mean[:, None]
            + 0.7 * offset
            - 1.2 * day_cloud
            + swing[:, None] * (1.15 - 0.6 * day_cloud) * wave
        ).astype(np.float32)


def _under(sky: ClearSky, cloud: Array, haze: Array) -> tuple[Array, Array]:
    """Beam and diffuse below cloud and haze: cloud eats the beam first and scatters some of it."""
    clear = np.maximum(1.0 - _COLDEST_CLOUD * cloud, 0.0) * (1.0 - haze[:, None])
    beam = sky.beam * clear * (1.0 - cloud) ** np.float32(0.7)
    level = sky.beam * np.maximum(sky.direction[0], 0.0) + sky.diffuse
    diffuse = level * clear - beam * np.maximum(sky.direction[0], 0.0)
    return beam.astype(np.float32), np.maximum(diffuse, 0.0).astype(np.float32)
