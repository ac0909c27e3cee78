"""What a day brings to every system: light on its panel, and what its users want to switch on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.controller import PanelStep
from device_sim.fleet import Fleet
from device_sim.grid import STEP_H, ticks_of
from device_sim.levers import Levers
from device_sim.load import hours_of_day, household_load_a, street_load_a
from device_sim.modules import CELLS_12_V
from device_sim.noise import normal
from device_sim.panel import (
    ISC_A_PER_W,
    cell_temperature_c,
    maximum_power,
    open_circuit_v,
    plane_light,
)
from device_sim.shade import blocked_share, clear_sky_loss
from device_sim.weather import WeatherDay


@dataclass(frozen=True, slots=True)
class DayInputs:
    """Arrays of shape (96, systems): panels, wanted current [A at 12 V], lamp level, air.

    ``past_a`` is the part of the wanted current that no controller can switch, ``off`` where the
    load output is dead. ``shade`` (systems,) is the share of a clear day that an obstacle takes.
    """

    panels: PanelStep
    wanted_a: Array
    level: Array
    air_c: Array
    past_a: Array
    off: NDArray[np.bool_]
    shade: Array

    def panel(self, step: int) -> PanelStep:
        """The panels in one step."""
        day = self.panels
        return PanelStep(day.photo_a[step], day.open_v[step], day.peak_v[step], day.peak_a[step])


def inputs_of(
    fleet: Fleet, weather: WeatherDay, levers: Levers, dirt: Array, day: int
) -> DayInputs:
    """Sun and wishes of one UTC day; ``dirt`` is the share of light lost, shape (systems,)."""
    at = fleet.village_row
    beam, shade = _beam(fleet, weather, levers)
    light = _light(fleet, weather, beam, day) * (1.0 - dirt)[:, None] * levers.light
    air_c = weather.air_c[at]
    open_v = open_circuit_v(light, cell_temperature_c(air_c, light))
    photo_a = light * (fleet.panel_w / fleet.blocks * np.float32(ISC_A_PER_W / 1000.0))[:, None]
    open_v = np.where(levers.panel_open, 0.0, open_v * levers.panel_volts[:, None])
    photo_a = np.where(levers.panel_open, 0.0, photo_a)
    peak_v, peak_a = maximum_power(photo_a, open_v)
    # All of it for 36 cells: more of them in series give more volts and less current.
    series = (fleet.modules.cells / np.float32(CELLS_12_V))[:, None]
    photo_a, open_v, peak_v, peak_a = (
        photo_a / series,
        open_v * series,
        peak_v * series,
        peak_a / series,
    )
    hours = hours_of_day(fleet.offset_s.astype(np.float32) / 3600.0)
    household = household_load_a(fleet.keys, fleet.habits, hours, day)
    lamps, level = _lamps(fleet, levers, *street_load_a(fleet.habits, open_v, hours))
    street = fleet.habits.street[:, None]
    wanted = np.where(street, lamps, household) * levers.lamp / fleet.blocks[:, None]
    panels = PanelStep(*(_by_step(values) for values in (photo_a, open_v, peak_v, peak_a)))
    level = np.where(street, level, np.float32(0.0))
    return DayInputs(
        panels,
        _by_step(wanted),
        _by_step(level),
        _by_step(air_c),
        _by_step(wanted * levers.bypass),
        np.ascontiguousarray(levers.load_off.T),
        shade,
    )


def _by_step(values: Array) -> Array:
    """(systems, steps) turned into (steps, systems), each step in one piece."""
    return np.ascontiguousarray(values.T, np.float32)


def _beam(fleet: Fleet, weather: WeatherDay, levers: Levers) -> tuple[Array, Array]:
    """Beam over each panel [W/m2] behind its obstacle, and what that takes of a clear day."""
    beam = weather.beam[fleet.village_row]
    shade = np.zeros(len(fleet), np.float32)
    rows = np.flatnonzero(levers.obstacle[:, 3])
    if rows.size:
        direction = weather.direction[:, fleet.village_row[rows]]
        blocked = blocked_share(direction, levers.obstacle[rows])
        beam[rows] *= 1.0 - blocked
        shade[rows] = clear_sky_loss(direction, blocked)
    return beam, shade


def _lamps(fleet: Fleet, levers: Levers, lamps: Array, level: Array) -> tuple[Array, Array]:
    """Street lamps' current and level, those gone out too early and those that burn by day."""
    if np.isfinite(levers.lit_h).any():
        burnt_h = np.cumsum(level > 0, axis=1) * np.float32(STEP_H)
        lit = burnt_h <= levers.lit_h[:, None]
        lamps, level = lamps * lit, level * lit
    if levers.burning.any():
        by_day = levers.burning > level
        lamps = np.where(by_day, levers.burning * fleet.habits.lamp_a[:, None], lamps)
        level = np.maximum(level, levers.burning)
    return lamps, level


def _light(fleet: Fleet, weather: WeatherDay, beam: Array, day: int) -> Array:
    """Light on each panel [W/m2]: the village's, a little different over every roof."""
    at = fleet.village_row
    light = plane_light(weather.direction[:, at], beam, weather.diffuse[at], fleet.panel_normal)
    cloud = weather.cloud[at]
    unlike = 0.22 * cloud * (1.1 - cloud) * fleet.unlike[:, None]
    passing = 1.0 + unlike * normal(fleet.keys, ticks_of(day), "roof")
    return light * np.clip(passing, 0.3, 1.5)
