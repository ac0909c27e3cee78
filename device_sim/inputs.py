"""What a day brings to every system: light on its panel, and what its users want to switch on."""

from dataclasses import dataclass

import numpy as np

from device_sim.arrays import Array
from device_sim.controller import PanelStep
from device_sim.fleet import Fleet
from device_sim.grid import ticks_of
from device_sim.levers import Levers
from device_sim.load import hours_of_day, household_load_a, street_load_a
from device_sim.noise import normal
from device_sim.panel import (
    ISC_A_PER_W,
    cell_temperature_c,
    maximum_power,
    open_circuit_v,
    plane_light,
)
from device_sim.weather import WeatherDay


@dataclass(frozen=True, slots=True)
class DayInputs:
    """Arrays of shape (96, systems): panels, wanted current [A at 12 V], lamp level, air."""

    panels: PanelStep
    wanted_a: Array
    level: Array
    air_c: Array

    def panel(self, step: int) -> PanelStep:
        """The panels in one step."""
        day = self.panels
        return PanelStep(day.photo_a[step], day.open_v[step], day.peak_v[step], day.peak_a[step])


def inputs_of(
    fleet: Fleet, weather: WeatherDay, levers: Levers, dirt: Array, day: int
) -> DayInputs:
    """Sun and wishes of one UTC day; ``dirt`` is the share of light lost, shape (systems,)."""
    at = fleet.village_row
    light = _light(fleet, weather, day) * (1.0 - dirt)[:, None] * levers.light
    air_c = weather.air_c[at]
    open_v = open_circuit_v(light, cell_temperature_c(air_c, light))
    photo_a = light * (fleet.panel_w / fleet.blocks * np.float32(ISC_A_PER_W / 1000.0))[:, None]
    open_v = np.where(levers.panel_open, 0.0, open_v)
    photo_a = np.where(levers.panel_open, 0.0, photo_a)
    peak_v, peak_a = maximum_power(photo_a, open_v)
    hours = hours_of_day(fleet.offset_s.astype(np.float32) / 3600.0)
    household = household_load_a(fleet.keys, fleet.habits, hours, day)
    lamps, level = street_load_a(fleet.habits, open_v, hours)
    street = fleet.habits.street[:, None]
    wanted = np.where(street, lamps, household) * levers.lamp / fleet.blocks[:, None]
    panels = PanelStep(*(_by_step(values) for values in (photo_a, open_v, peak_v, peak_a)))
    level = np.where(street, level, np.float32(0.0))
    return DayInputs(panels, _by_step(wanted), _by_step(level), _by_step(air_c))


def _by_step(values: Array) -> Array:
    """(systems, steps) turned into (steps, systems), each step in one piece."""
    return np.ascontiguousarray(values.T, np.float32)


def _light(fleet: Fleet, weather: WeatherDay, day: int) -> Array:
    """Light on each panel [W/m2]: the village's, a little different over every roof."""
    at = fleet.village_row
    light = plane_light(
        weather.direction[:, at], weather.beam[at], weather.diffuse[at], fleet.panel_normal
    )
    cloud = weather.cloud[at]
    unlike = 0.22 * cloud * (1.1 - cloud) * fleet.unlike[:, None]
    passing = 1.0 + unlike * normal(fleet.keys, ticks_of(day), "roof")
    return light * np.clip(passing, 0.3, 1.5)
