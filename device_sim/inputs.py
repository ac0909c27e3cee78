"""What a day brings to every system: light on its panel, and what its users want to switch on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.controller import PanelStep
from device_sim.fleet import Fleet
from device_sim.grid import STEP_H, STEPS_A_DAY, ticks_of
from device_sim.levers import Levers
from device_sim.load import hours_of_day, household_load_a, of_rows, street_load_a
from device_sim.modules import CELLS_12_V
from device_sim.noise import step_normal
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
    panels, shade = _panels(fleet, weather, levers, dirt, day)
    offset_h = fleet.offset_s.astype(np.float32) / np.float32(3600.0)
    wanted = household_load_a(fleet.keys, fleet.habits, offset_h, day)
    level = np.zeros_like(wanted)
    posts = np.flatnonzero(fleet.habits.street)
    if posts.size:
        hours = hours_of_day(offset_h[posts])
        lamps = _lamps(fleet, levers, posts, panels.open_v[:, posts].T, hours)
        wanted[:, posts], level[:, posts] = (each.T for each in lamps)
    wanted /= fleet.blocks
    _change(wanted, levers.lamp != 1.0, levers.lamp)
    past = np.zeros_like(wanted)
    rows = np.flatnonzero(levers.bypass.any(axis=1))
    past[:, rows] = wanted[:, rows] * levers.bypass[rows].T
    air_c = _over(weather.air_c, fleet)
    off = np.ascontiguousarray(levers.load_off.T)
    return DayInputs(panels, wanted, level, air_c, past, off, shade)


def _over(values: Array, fleet: Fleet) -> Array:
    """What is over the villages (villages, steps) as it is over each system (steps, systems)."""
    # Taken, not indexed: an index on the second axis would lay out systems first.
    return np.ascontiguousarray(values.T).take(fleet.village_row, axis=1)


def _change(values: Array, where: NDArray[np.bool_], factor: Array) -> None:
    """Multiply values (steps, systems) by factors (systems, steps) of the few systems that have."""
    rows = np.flatnonzero(where.any(axis=1))
    values[:, rows] *= factor[rows].T


def _panels(
    fleet: Fleet, weather: WeatherDay, levers: Levers, dirt: Array, day: int
) -> tuple[PanelStep, Array]:
    """The panels in every step, and what obstacles take of a clear day; by night all is nought."""
    sunny = np.flatnonzero((weather.beam + weather.diffuse).any(axis=0))
    light, shade = _light(fleet, weather, levers, day, sunny)
    light *= np.float32(1.0) - dirt
    _change(light, levers.light[:, sunny] != 1.0, levers.light[:, sunny])
    air_c = _over(weather.air_c[:, sunny], fleet)
    open_v = open_circuit_v(light, cell_temperature_c(air_c, light))
    open_v *= (light > 0) * levers.panel_volts
    photo_a = light * (fleet.panel_w / fleet.blocks * np.float32(ISC_A_PER_W / 1000.0))
    connected = ~levers.panel_open[:, sunny]
    for values in (open_v, photo_a):
        _change(values, ~connected, connected.astype(np.float32))
    peak_v, peak_a = maximum_power(photo_a, open_v)
    # All of it for 36 cells: more of them in series give more volts and less current.
    series = fleet.modules.cells / np.float32(CELLS_12_V)
    found = (photo_a / series, open_v * series, peak_v * series, peak_a / series)
    return PanelStep(*(_whole_day(values, sunny) for values in found)), shade


def _whole_day(values: Array, steps: NDArray[np.int64]) -> Array:
    day = np.zeros((STEPS_A_DAY, values.shape[1]), np.float32)
    day[steps] = values
    return day


def _light(
    fleet: Fleet, weather: WeatherDay, levers: Levers, day: int, steps: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Light on each panel [W/m2] in some steps: the village's, a little different over every roof.

    Beside it the share of a clear day that obstacles take, shape (systems,).
    """
    direction = np.stack([_over(axis[:, steps], fleet) for axis in weather.direction])
    beam, diffuse = (_over(sky[:, steps], fleet) for sky in (weather.beam, weather.diffuse))
    shade = np.zeros(len(fleet), np.float32)
    rows = np.flatnonzero(levers.obstacle[:, 3])
    if rows.size:
        whole_day = weather.direction[:, fleet.village_row[rows]]
        blocked = blocked_share(whole_day, levers.obstacle[rows])
        beam[:, rows] *= 1.0 - blocked[:, steps].T
        shade[rows] = clear_sky_loss(whole_day, blocked)
    light = plane_light(direction, beam, diffuse, fleet.panel_normal)
    cloud = weather.cloud[:, steps]
    patchy = _over(np.float32(0.22) * cloud * (np.float32(1.1) - cloud), fleet)
    patchy *= fleet.unlike
    patchy *= step_normal(fleet.keys, ticks_of(day)[steps], "roof")
    patchy += np.float32(1.0)
    light *= np.clip(patchy, 0.3, 1.5, out=patchy)
    return light, shade


def _lamps(
    fleet: Fleet, levers: Levers, posts: NDArray[np.int64], open_v: Array, hours: Array
) -> tuple[Array, Array]:
    """Street lamps' current and level (posts, 96), those gone out too early, those on by day."""
    habits = of_rows(fleet.habits, posts)
    lamps, level = street_load_a(habits, open_v, hours)
    burnt_h = np.cumsum(level > 0, axis=1) * np.float32(STEP_H)
    lit = burnt_h <= levers.lit_h[posts, None]
    lamps, level = lamps * lit, level * lit
    burning = levers.burning[posts]
    lamps = np.where(burning > level, burning * habits.lamp_a[:, None], lamps)
    return lamps, np.maximum(level, burning)
