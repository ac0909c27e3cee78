"""Where the sun stands over a village, and what a cloudless sky would give, by pvlib."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pvlib

from collector.domain.clock import DAY_S
from collector.domain.device import Village
from device_sim.arrays import Array
from device_sim.climate import climate_of, normal_on
from device_sim.grid import STEP_S, STEPS_A_DAY

_BLOCK_DAYS = 16


@dataclass(frozen=True, slots=True)
class ClearSky:
    """Cloudless sky in the middle of each quarter hour; arrays of shape (villages, 96).

    ``direction`` (3, villages, 96) is the unit vector to the sun: up, north, east.
    Irradiances in W/m2: ``beam`` on a plane facing the sun, ``diffuse`` on the level ground.
    """

    direction: Array
    beam: Array
    diffuse: Array


@dataclass
class Sun:
    """Clear skies of some villages, worked out in blocks of days and kept."""

    villages: tuple[Village, ...]
    _blocks: dict[int, Array] = field(default_factory=dict)

    def day(self, day: int) -> ClearSky:
        """The clear sky of a UTC day since 1970."""
        number, within = divmod(day, _BLOCK_DAYS)
        if number not in self._blocks:
            self._blocks[number] = np.stack(
                [_block(village, number) for village in self.villages], axis=1
            )
        columns = slice(within * STEPS_A_DAY, (within + 1) * STEPS_A_DAY)
        values = self._blocks[number][:, :, columns]
        return ClearSky(values[:3], values[3], values[4])


def _block(village: Village, number: int) -> Array:
    """Direction, beam and diffuse of one village over one block, shape (5, block steps)."""
    first_day = number * _BLOCK_DAYS
    middle_s = (
        first_day * DAY_S + STEP_S // 2 + STEP_S * np.arange(_BLOCK_DAYS * STEPS_A_DAY, dtype=int)
    )
    times = pd.DatetimeIndex(pd.to_datetime(middle_s, unit="s", utc=True))
    place = pvlib.solarposition.get_solarposition(times, village.latitude, village.longitude)
    zenith = np.asarray(place["apparent_zenith"])
    airmass = pvlib.atmosphere.get_absolute_airmass(pvlib.atmosphere.get_relative_airmass(zenith))
    turbidity = normal_on(climate_of(village).turbidity, first_day + _BLOCK_DAYS // 2)
    with np.errstate(divide="ignore", invalid="ignore"):  # below the horizon it divides by zero
        sky = pvlib.clearsky.ineichen(zenith, airmass, turbidity)
    up = np.cos(np.radians(zenith))
    level, azimuth = np.sin(np.radians(zenith)), np.radians(np.asarray(place["azimuth"]))
    values = [up, level * np.cos(azimuth), level * np.sin(azimuth), sky["dni"], sky["dhi"]]
    return np.nan_to_num(np.array(values, np.float32))
