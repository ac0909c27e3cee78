"""The electric side of a day: batteries and controllers, quarter hour by quarter hour."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.battery import (
    BatteryDay,
    BatteryState,
    Circuit,
    circuit_of,
    gas_again,
    pass_current,
)
from device_sim.chemistry import FULL_ROOM
from device_sim.controller import (
    Balance,
    ControllerBank,
    ControllerState,
    PanelStep,
    available_a,
    cut_off,
    limit_v,
    next_stage,
    next_stage_dark,
    panel_side,
    settle,
    settle_again,
    settle_dark,
)
from device_sim.grid import STEPS_A_DAY
from device_sim.inputs import DayInputs
from device_sim.packs import DEAD_V, Packs
from device_sim.trace import DayTrace

_FLAT_V = np.float32(9.5)
"""Below about this voltage appliances stop by themselves [K]."""

_GAS_ROUNDS = 4


@dataclass
class Electric:
    """Batteries, packs and controllers of a fleet between two steps."""

    bank: ControllerBank
    battery: BatteryState
    packs: Packs
    controller: ControllerState
    voltage_v: Array
    shorted: NDArray[np.int64] = field(init=False)
    past: bool = field(init=False)

    def pass_day(self, trace: DayTrace, inputs: DayInputs, day: BatteryDay) -> Array:
        """Move on by a day and write down what flowed, in volts of a 12 V block.

        ``trace`` holds the battery temperatures already. Returns what was wanted and not served
        [A summed over the steps], shape (systems,).
        """
        unserved = np.zeros(self.voltage_v.size, np.float32)
        self.packs.use(day)
        shorted = np.flatnonzero(day.room > 1.0 + 2 * FULL_ROOM)
        self.shorted = np.setdiff1d(shorted, self.packs.rows)
        self.past = bool(inputs.past_a.any())
        sunny: list[bool] = np.any(inputs.panels.photo_a > 0, axis=1).tolist()
        for step in range(STEPS_A_DAY):
            load = self._step(trace, inputs, step, day, sunny=sunny[step])
            unserved += inputs.wanted_a[step] - load
        self.controller.unequal_days += np.float32(1.0)
        return unserved

    def _step(
        self, trace: DayTrace, inputs: DayInputs, step: int, day: BatteryDay, *, sunny: bool
    ) -> Array:
        """Move every system on by a quarter hour; returns the loads' current."""
        load = self._load(inputs, step)
        circuit = circuit_of(day, self.battery, sunny=sunny)
        cells = self.packs.circuit(self.battery, circuit)
        limit, panel = self.bank.absorb_v, None
        if sunny:
            panel = inputs.panel(step)
            available = available_a(self.bank, panel, self.voltage_v)
            limit = self._limit(trace.battery_temperature_c[step])
            balance = settle(available, load + self.bank.own_a, limit, circuit)
            self._gas_beside_shorts(balance, available, limit, (day, circuit))
        else:
            balance = settle_dark(load + self.bank.own_a, circuit)
            available = balance.charge_a
        tripped = self.packs.trip(cells, circuit, balance.battery_a)
        if tripped.size:
            settle_again(balance, tripped, available, limit, circuit)
        newly = np.flatnonzero(cut_off(self.bank, self.controller, balance.voltage_v))
        if newly.size:
            load[newly] = self._past(inputs, step)[newly] if self.past else 0.0
            balance.load_a[newly] = load[newly] + self.bank.own_a[newly]
            settle_again(balance, newly, available, limit, circuit)
        dead = self._die(balance, load)
        if dead.size:
            trace.mute[step, dead] |= self.voltage_v[dead] <= DEAD_V
        self._move_on(trace, step, balance, (panel, limit))
        if panel is None:
            trace.pv_voltage_v[step] = inputs.panels.open_v[step]
        trace.load_current_a[step] = load
        flow = pass_current(day, self.battery, circuit, balance.battery_a, balance.voltage_v)
        self.packs.pass_current(self.battery, cells, balance.battery_a, flow)
        trace.soc[step] = self.battery.soc
        trace.lost_ah[step], trace.clipped_ah[step] = flow.lost_ah, flow.clipped_ah
        return load

    def _limit(self, battery_c: Array) -> Array:
        """The voltage nobody passes [V]; without its battery a controller overshoots."""
        limit = limit_v(self.bank, self.controller, battery_c)
        surging = self.packs.over
        if surging.any():
            limit[self.packs.rows[surging]] += self.packs.surge_v[surging]
        return limit

    def _gas_beside_shorts(
        self, balance: Balance, available: Array, limit: Array, worn: tuple[BatteryDay, Circuit]
    ) -> None:
        """Let the few batteries with a shorted cell find how much they gas."""
        day, circuit = worn
        for _ in range(_GAS_ROUNDS if self.shorted.size else 0):
            rows = self.shorted
            inner_v = balance.voltage_v[rows] - balance.battery_a[rows] * day.leads_ohm[rows]
            gas_again(day, self.battery, circuit, rows, inner_v)
            settle_again(balance, rows, available, limit, circuit)

    def _load(self, inputs: DayInputs, step: int) -> Array:
        """What loads draw unless they are cut off now [A]."""
        load = inputs.wanted_a[step].copy()
        off = np.flatnonzero(self.controller.cut | inputs.off[step])
        if off.size:
            load[off] = self._past(inputs, step)[off] if self.past else 0.0
        return load

    def _past(self, inputs: DayInputs, step: int) -> Array:
        """Appliances wired past the controller fade out as the battery runs flat [A]."""
        return inputs.past_a[step] * np.clip(self.voltage_v - _FLAT_V, 0.0, 1.0)

    def _die(self, balance: Balance, load: Array) -> NDArray[np.int64]:
        """Where a pack has switched itself off and the sun does not do: nothing lives there."""
        off = self.packs.rows[self.packs.under]
        dead = off[balance.battery_a[off] < 0]
        if dead.size:
            for current in (balance.battery_a, balance.charge_a, balance.load_a, load):
                current[dead] = 0.0
            balance.voltage_v[dead] = DEAD_V
            balance.limited[dead] = False
        return dead

    def _move_on(
        self, trace: DayTrace, step: int, balance: Balance, side: tuple[PanelStep | None, Array]
    ) -> None:
        """The controllers' next stage, and the electric side of the trace."""
        panel, limit = side
        if panel is None:
            next_stage_dark(self.bank, self.controller, balance.voltage_v)
        else:
            next_stage(self.bank, self.controller, balance, limit)
            seen = panel_side(self.bank, panel, balance)
            trace.pv_voltage_v[step], trace.pv_current_a[step] = seen
        self.voltage_v = balance.voltage_v
        trace.battery_voltage_v[step] = balance.voltage_v
        trace.charge_current_a[step] = balance.charge_a
        trace.battery_current_a[step] = balance.battery_a
        trace.cut[step] = self.controller.cut
        trace.charge_stage[step] = self.controller.stage
