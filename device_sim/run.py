"""The fleet in motion: vectorised over systems, looped over the quarter hours of a UTC day."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.ageing import Ageing
from device_sim.arrays import Array
from device_sim.battery import BatteryState, battery_day, short_v
from device_sim.controller import (
    LOAD_BY_DAYLIGHT,
    LOAD_CUT,
    LOAD_OFF,
    LOAD_ON,
    ControllerState,
)
from device_sim.fault import Episode, Fault
from device_sim.fleet import Fleet
from device_sim.grid import STEP_H, STEPS_A_DAY, times_of
from device_sim.inputs import DayInputs, inputs_of
from device_sim.levers import Levers
from device_sim.packs import Packs
from device_sim.soiling import next_dust
from device_sim.steps import Electric
from device_sim.trace import DayTrace
from device_sim.truth import DayTruth
from device_sim.weather import Weather

_INDOOR_LAG = np.float32(1.0 - np.exp(-STEP_H / 5.0))
"""A house follows the air outside within about five hours [K]."""


class Simulation:
    """A fleet met on the morning of a UTC day and moved on day by day."""

    def __init__(
        self,
        fleet: Fleet,
        seed: int,
        first_day: int,
        faults: Sequence[Fault],
        weather: Weather | None = None,
    ) -> None:
        systems = len(fleet)
        self.fleet = fleet
        self.day = first_day
        self._weather = weather or Weather(fleet.villages, seed)
        self._acts = {f.code: f.act for f in faults}
        self._renewing = {f.code for f in faults if f.renews_battery}
        self._ageing = Ageing.of(fleet)
        self._row = {serial: row for row, serial in enumerate(fleet.serials)}
        soc = np.full(systems, 0.75, np.float32)
        self._electric = Electric(
            fleet.controller,
            BatteryState.resting(soc),
            Packs.of(fleet.battery, fleet.keys, soc, fleet.capacity_start),
            ControllerState.resting(fleet.unequal_days),
            np.full(systems, 12.5, np.float32),
        )
        self._dust = np.full(systems, 0.01, np.float32)
        self._indoor_c = np.full(systems, 25.0, np.float32)
        self._yesterday_c = self._indoor_c

    def advance(self, episodes: Collection[Episode]) -> DayTrace:
        """Simulate the next day under these faults and say what flowed."""
        fleet, day = self.fleet, self.day
        levers = self._levers(episodes)
        weather = self._weather.day(day)
        dirt = np.minimum(self._dust + levers.dirt, 0.9)
        inputs = inputs_of(fleet, weather, levers, dirt, day)
        trace = DayTrace.blank(day, len(fleet))
        trace.mute[:] = levers.mute.T
        trace.levers = levers
        self._warm(trace, inputs)
        renewed = self._ageing.renewed(fleet, day, self._replaced(episodes))
        capacity, unserved = self._power(trace, inputs, levers, renewed)
        self._finish(trace, inputs)
        self._dust = next_dust(
            self._dust, fleet.soiling_per_day, weather.rain_mm[fleet.village_row]
        )
        self._ageing.pass_day(fleet, trace, levers.capacity < 1.0)
        trace.truth = DayTruth(
            day=day,
            capacity=capacity,
            dirt=dirt,
            wanted_ah=inputs.wanted_a.sum(axis=0) * np.float32(STEP_H),
            unserved_ah=unserved * np.float32(STEP_H),
            sunless=np.asarray(levers.panel_open.any(axis=1) | (levers.panel_volts < 1.0)),
            shade=inputs.shade,
            renewed=renewed,
        )
        self.day += 1
        self._yesterday_c = trace.battery_temperature_c.mean(axis=0)
        return trace

    def _warm(self, trace: DayTrace, inputs: DayInputs) -> None:
        """Houses, and the batteries in them, follow the day's air."""
        outside = inputs.air_c + self.fleet.indoor_k
        for step in range(STEPS_A_DAY):
            self._indoor_c = self._indoor_c + _INDOOR_LAG * (outside[step] - self._indoor_c)
            trace.battery_temperature_c[step] = self._indoor_c

    def _power(
        self, trace: DayTrace, inputs: DayInputs, levers: Levers, renewed: NDArray[np.bool_]
    ) -> tuple[Array, Array]:
        """The electric day; returns usable over rated capacity and what was not served [A]."""
        fleet, ageing, packs = self.fleet, self._ageing, self._electric.packs
        short = short_v(fleet.battery, levers.shorted_cells, fleet.blocks)
        capacity = ageing.capacity * levers.capacity
        capacity[packs.rows] = packs.begin_day(ageing.capacity, levers.capacity, renewed, short)
        condition = ageing.condition(capacity, levers.ohm, short)
        today = battery_day(fleet.battery, fleet.leads_ohm, condition, self._yesterday_c)
        return condition.capacity, self._electric.pass_day(trace, inputs, today)

    def _replaced(self, episodes: Iterable[Episode]) -> NDArray[np.bool_]:
        """Whose battery trouble ends today, with a new battery."""
        begin_s = self.day * DAY_S
        replaced = np.zeros(len(self.fleet), bool)
        for e in episodes:
            if e.fault in self._renewing and begin_s <= e.end_s < begin_s + DAY_S:
                replaced[self._row[e.serial]] = True
        return replaced

    def _levers(self, episodes: Iterable[Episode]) -> Levers:
        levers = Levers.untouched(len(self.fleet))
        times_s = times_of(self.day)
        for e in episodes:
            if e.start_s < times_s[0] + DAY_S and e.end_s > times_s[0]:
                self._acts[e.fault](e, levers, self._row[e.serial], times_s)
        return levers

    def _finish(self, trace: DayTrace, inputs: DayInputs) -> None:
        """What nothing else hangs on, for all steps at once: codes and volts."""
        fleet = self.fleet
        trace.pv_voltage_v *= fleet.blocks
        trace.battery_voltage_v *= fleet.blocks
        trace.lamp_level = inputs.level
        state = trace.load_state
        state[:] = LOAD_ON
        posts = np.flatnonzero(fleet.habits.street)
        state[:, posts] = np.where(inputs.level[:, posts] > 0, LOAD_ON, LOAD_BY_DAYLIGHT)
        state[inputs.off] = LOAD_OFF
        state[trace.cut] = LOAD_CUT
