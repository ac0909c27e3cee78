"""The fleet in motion: vectorised over systems, looped over the quarter hours of a UTC day."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.ageing import Ageing
from device_sim.arrays import Array
from device_sim.battery import BatteryState, circuit_of, pass_current, short_v, usable_ah
from device_sim.controller import (
    LOAD_BY_DAYLIGHT,
    LOAD_CUT,
    LOAD_OFF,
    LOAD_ON,
    OFF,
    Balance,
    ControllerState,
    available_a,
    cut_off,
    limit_v,
    next_stage,
    panel_side,
    settle,
)
from device_sim.fault import Episode, Fault
from device_sim.fleet import Fleet
from device_sim.grid import STEP_H, STEPS_A_DAY, times_of
from device_sim.inputs import DayInputs, inputs_of
from device_sim.levers import Levers
from device_sim.soiling import next_dust
from device_sim.trace import DayTrace
from device_sim.truth import DayTruth
from device_sim.weather import Weather

_INDOOR_LAG = np.float32(1.0 - np.exp(-STEP_H / 5.0))
"""A house follows the air outside within about five hours [K]."""

_FLAT_V = np.float32(9.5)
"""Below about this voltage appliances stop by themselves [K]."""


@dataclass(frozen=True, slots=True)
class BatteryToday:
    """The day's batteries, arrays (systems,): capacity over rated, resistance, missing volts."""

    health: Array
    ohm: Array
    short_v: Array


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
        self._battery = BatteryState(
            np.full(systems, 0.75, np.float32), np.zeros(systems, np.float32)
        )
        self._controller = ControllerState(
            np.full(systems, OFF, np.int32), np.zeros(systems, np.float32), np.zeros(systems, bool)
        )
        self._dust = np.full(systems, 0.01, np.float32)
        self._battery_c = np.full(systems, 25.0, np.float32)
        self._voltage_v = np.full(systems, 12.5, np.float32)

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
        renewed = self._ageing.renewed(fleet, day, self._replaced(episodes))
        own = self._ageing.capacity
        health = own * levers.capacity
        ohm = (1.0 + fleet.fade_ohm * (1.0 / own - 1.0)) * levers.ohm
        short = short_v(fleet.battery, levers.shorted_cells, fleet.blocks)
        today = BatteryToday(health, ohm, short)
        unserved = np.zeros(len(fleet), np.float32)
        for step in range(STEPS_A_DAY):
            unserved += self._step(trace, inputs, step, today)
        self._finish(trace, inputs)
        self._dust = next_dust(
            self._dust, fleet.soiling_per_day, weather.rain_mm[fleet.village_row]
        )
        self._ageing.pass_day(fleet, trace, levers.capacity < 1.0)
        trace.truth = DayTruth(
            day=day,
            capacity=health.astype(np.float32),
            dirt=dirt,
            wanted_ah=inputs.wanted_a.sum(axis=0) * np.float32(STEP_H),
            unserved_ah=unserved * np.float32(STEP_H),
            sunless=np.asarray(levers.panel_open.any(axis=1) | (levers.panel_volts < 1.0)),
            shade=inputs.shade,
            renewed=renewed,
        )
        self.day += 1
        return trace

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

    def _step(self, trace: DayTrace, inputs: DayInputs, step: int, today: BatteryToday) -> Array:
        """Move every system on by a quarter hour; returns the current that was not served."""
        fleet, controller = self.fleet, self._controller
        bank, panel = fleet.controller, inputs.panel(step)
        wanted = inputs.wanted_a[step]
        self._battery_c += _INDOOR_LAG * (inputs.air_c[step] + fleet.indoor_k - self._battery_c)
        available = available_a(bank, panel, self._voltage_v)
        # Appliances wired past the controller fade out as the battery runs flat.
        past = inputs.past_a[step] * np.clip(self._voltage_v - _FLAT_V, 0.0, 1.0)
        load = np.where(controller.cut | inputs.off[step], past, wanted)
        circuit = circuit_of(
            fleet.battery, self._battery, load > available, today.ohm, today.short_v
        )
        limit = limit_v(bank, controller, self._battery_c)
        balance = settle(available, load, bank.own_a, limit, circuit)
        newly = cut_off(bank, controller, balance.voltage_v)
        if newly.any():
            load = np.where(newly, past, load)
            balance = settle(available, load, bank.own_a, limit, circuit)
        next_stage(bank, controller, balance, limit)
        self._voltage_v = balance.voltage_v
        _write(trace, step, balance)
        trace.load_current_a[step] = load
        trace.cut[step] = controller.cut
        capacity_ah = usable_ah(fleet.battery, today.health, self._battery_c)
        # The sound cells share the voltage of those that are shorted.
        conditions = (balance.voltage_v + today.short_v, self._battery_c, capacity_ah)
        flow = pass_current(fleet.battery, self._battery, circuit, balance.battery_a, conditions)
        trace.charge_stage[step] = controller.stage
        trace.battery_temperature_c[step] = self._battery_c
        trace.soc[step] = self._battery.soc
        trace.lost_ah[step] = flow.lost_ah
        trace.clipped_ah[step] = flow.clipped_ah
        return wanted - load

    def _finish(self, trace: DayTrace, inputs: DayInputs) -> None:
        """What nothing else hangs on, for all steps at once: the panel's side, codes, volts."""
        fleet = self.fleet
        balance = Balance(
            trace.battery_voltage_v,
            trace.charge_current_a,
            trace.load_current_a,
            trace.battery_current_a,
            trace.limited,
        )
        panel_v, trace.pv_current_a = panel_side(fleet.controller, inputs.panels, balance)
        trace.pv_voltage_v = panel_v * fleet.blocks
        trace.battery_voltage_v = trace.battery_voltage_v * fleet.blocks
        trace.lamp_level = inputs.level
        idle = fleet.habits.street & (inputs.level <= 0)
        state = np.where(idle, LOAD_BY_DAYLIGHT, LOAD_ON)
        state = np.where(inputs.off, LOAD_OFF, state)
        trace.load_state = np.where(trace.cut, LOAD_CUT, state).astype(np.int8)


def _write(trace: DayTrace, step: int, balance: Balance) -> None:
    """Keep the electrical side of a step, in volts of a 12 V block for now."""
    trace.battery_voltage_v[step] = balance.voltage_v
    trace.charge_current_a[step] = balance.charge_a
    trace.battery_current_a[step] = balance.battery_a
    trace.limited[step] = balance.limited
