"""Charge controllers: charging by stages, low-voltage cut-off, and how they draw from the panel."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.battery import Circuit
from device_sim.grid import STEP_H

OFF, BULK, ABSORPTION, FLOAT, EQUALISE = 0, 1, 2, 3, 4
LOAD_OFF, LOAD_ON, LOAD_CUT, LOAD_BY_DAYLIGHT = 0, 1, 2, 5

EQUALISE_DAYS, EQUALISE_H = 30.0, 2.0
"""How often and how long flooded and sealed batteries are equalised (common manuals)."""
_PWM_DROP_V = np.float32(0.15)
_MPPT_EFFICIENCY = np.float32(0.95)
_SLACK_V = np.float32(0.02)


@dataclass(frozen=True, slots=True)
class ControllerBank:
    """Settings of many controllers per 12 V, arrays of shape (systems,).

    ``equal_v`` is nought where nothing is equalised. ``per_k`` [V/K] is the temperature
    compensation of the charging voltages, negative for lead-acid and zero for lithium; ``own_a`` is
    what the controller itself draws.
    """

    mppt: NDArray[np.bool_]
    absorb_v: Array
    float_v: Array
    equal_v: Array
    boost_return_v: Array
    absorb_h: Array
    per_k: Array
    cut_v: Array
    reconnect_v: Array
    own_a: Array


@dataclass(slots=True)
class ControllerState:
    """Charging stage, hours held in absorption and equalising, whether the load is cut off.

    ``unequal_days`` is how long ago the battery was last equalised.
    """

    stage: NDArray[np.integer[Any]]
    absorbed_h: Array
    cut: NDArray[np.bool_]
    equalised_h: Array
    unequal_days: Array

    @classmethod
    def resting(cls, unequal_days: Array) -> Self:
        """Controllers of a night, none cut off."""
        none = np.zeros_like(unequal_days)
        off = np.full(none.size, OFF, np.int8)
        return cls(off, none, np.zeros(none.size, bool), none.copy(), unequal_days.copy())


@dataclass(frozen=True, slots=True)
class PanelStep:
    """What the panels could do: arrays (systems,) or (steps, systems), volts per 12 V module."""

    photo_a: Array
    open_v: Array
    peak_v: Array
    peak_a: Array


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a controller settles: ``battery_a`` = ``charge_a`` - ``load_a``; as PanelStep's arrays.

    ``charge_a`` and ``load_a`` are at battery voltage; ``limited`` where the panel is held back.
    """

    voltage_v: Array
    charge_a: Array
    load_a: Array
    battery_a: Array
    limited: NDArray[np.bool_]


def available_a(bank: ControllerBank, panel: PanelStep, battery_v: Array) -> Array:
    """Charging current [A] at battery voltage if nothing held the panel back."""
    least_v = battery_v + _PWM_DROP_V
    gap = (least_v - panel.open_v) * np.float32(1.0 / 1.2)
    pinned = panel.photo_a * (np.float32(1.0) - np.exp(np.minimum(gap, 0.0, out=gap), out=gap))
    if not bank.mppt.any():
        return pinned
    # A tracker steps down only: below the battery's voltage it is a switch at best.
    tracked = np.where(panel.peak_v > least_v, panel.peak_v * panel.peak_a / least_v, pinned)
    return np.where(bank.mppt, _MPPT_EFFICIENCY * tracked, pinned)


def limit_v(bank: ControllerBank, state: ControllerState, battery_c: Array) -> Array:
    """Voltage the controller will not let the battery exceed in its present stage."""
    target = np.where(state.stage == FLOAT, bank.float_v, bank.absorb_v)
    equalising = state.stage == EQUALISE
    if equalising.any():
        np.copyto(target, bank.equal_v, where=equalising)
    return target + bank.per_k * (battery_c - np.float32(25.0))


def settle(available: Array, load_a: Array, limit: Array, circuit: Circuit) -> Balance:
    """Find voltage and currents: all the sun gives, unless the voltage would pass its limit."""
    charge_a = available.copy()
    battery_a = available - load_a
    voltage_v = circuit.voltage_v(battery_a)
    limited = (voltage_v > limit) & (available > 0)
    rows = np.flatnonzero(limited)
    if rows.size:
        held = circuit.at(rows)
        most_v, load = limit[rows], load_a[rows]
        held_a = np.where(
            most_v > held.charge_v,
            (most_v - held.charge_v) / held.charge_ohm,
            np.minimum((most_v - held.emf_v) / held.discharge_ohm, 0.0),
        )
        charge_a[rows] = np.minimum(np.maximum(held_a + load, 0.0), available[rows])
        battery_a[rows] = charge_a[rows] - load
        voltage_v[rows] = held.voltage_v(battery_a[rows])
    return Balance(voltage_v, charge_a, load_a, battery_a, limited)


def settle_dark(load_a: Array, circuit: Circuit) -> Balance:
    """As ``settle`` where there is no sun at all."""
    voltage_v = circuit.emf_v - load_a * circuit.discharge_ohm
    none = np.zeros_like(load_a)
    return Balance(voltage_v, none, load_a, -load_a, np.zeros(load_a.size, bool))


def settle_again(
    balance: Balance, rows: NDArray[np.int64], available: Array, limit: Array, circuit: Circuit
) -> None:
    """Let some rows of a balance find their voltage and currents anew."""
    anew = settle(available[rows], balance.load_a[rows], limit[rows], circuit.at(rows))
    balance.voltage_v[rows] = anew.voltage_v
    balance.charge_a[rows] = anew.charge_a
    balance.battery_a[rows] = anew.battery_a
    balance.limited[rows] = anew.limited


def cut_off(bank: ControllerBank, state: ControllerState, voltage_v: Array) -> NDArray[np.bool_]:
    """Latch the cut-off below its voltage, release it above the reconnect voltage.

    Returns which loads were cut just now and must be taken off this step.
    """
    newly = ~state.cut & (voltage_v < bank.cut_v)
    state.cut = (state.cut & (voltage_v < bank.reconnect_v)) | newly
    return newly


def next_stage(
    bank: ControllerBank, state: ControllerState, balance: Balance, limit: Array
) -> None:
    """Bulk until the limit is reached, absorption for its hours, then float until voltage sags.

    Where it is due, two hours of equalising come before the float.
    """
    sunny = balance.charge_a > np.float32(0.01)
    held = (balance.voltage_v >= limit - _SLACK_V) & sunny
    equalising = (state.stage == EQUALISE) & sunny
    floating = state.stage == FLOAT
    absorbing = held & ~floating & ~equalising
    state.absorbed_h += absorbing * np.float32(STEP_H)
    full = absorbing & (state.absorbed_h >= bank.absorb_h)
    due = full & (bank.equal_v > 0) & (state.unequal_days >= EQUALISE_DAYS)
    floating |= full & ~due
    equalising |= due
    if equalising.any():
        state.equalised_h += equalising * np.float32(STEP_H)
        done = equalising & (state.equalised_h > EQUALISE_H)
        state.unequal_days[done] = state.equalised_h[done] = 0.0
        equalising &= ~done
        floating |= done
    floating &= balance.voltage_v >= bank.boost_return_v
    stage = sunny.astype(np.int8)  # bulk, or off in the dark
    np.copyto(stage, ABSORPTION, where=absorbing)
    np.copyto(stage, EQUALISE, where=equalising)
    np.copyto(stage, FLOAT, where=floating)
    state.stage = stage
    # Absorption starts anew with the next sun.
    state.absorbed_h *= sunny


def next_stage_dark(bank: ControllerBank, state: ControllerState, voltage_v: Array) -> None:
    """As ``next_stage`` where there is no sun at all."""
    state.stage *= (state.stage == FLOAT) & (voltage_v >= bank.boost_return_v)
    state.absorbed_h[:] = 0.0


def panel_side(bank: ControllerBank, panel: PanelStep, balance: Balance) -> tuple[Array, Array]:
    """Voltage and current [V per 12 V module, A] on the panel's side of the controller."""
    charge_a, open_v = balance.charge_a, panel.open_v
    volts = balance.voltage_v + _PWM_DROP_V
    rows = np.flatnonzero(balance.limited)
    if rows.size:
        share = np.float32(1.0) - charge_a[rows] / np.maximum(panel.photo_a[rows], 1e-4)
        idle_v = open_v[rows] + np.float32(1.2) * np.log(np.maximum(share, 1e-3))
        volts[rows] = np.maximum(volts[rows], idle_v)
    volts = np.minimum(volts, open_v)
    rows = np.flatnonzero(bank.mppt)
    if not rows.size:
        return volts, charge_a
    amps, peak_v, open_v = charge_a.copy(), panel.peak_v[rows], open_v[rows]
    power = charge_a[rows] * balance.voltage_v[rows] * np.float32(1.0 / _MPPT_EFFICIENCY)
    # Holding back, a tracker walks up from the peak towards the open circuit.
    used = np.minimum(power / np.maximum(peak_v * panel.peak_a[rows], 1e-3), 1.0)
    tracked_v = open_v - (open_v - peak_v) * np.sqrt(used)
    volts[rows] = tracked_v
    amps[rows] = power / np.maximum(tracked_v, 1.0)
    return volts, amps
