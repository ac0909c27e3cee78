"""Charge controllers: charging by stages, low-voltage cut-off, and how they draw from the panel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.battery import Circuit
from device_sim.grid import STEP_H

OFF, BULK, ABSORPTION, FLOAT = 0, 1, 2, 3
LOAD_OFF, LOAD_ON, LOAD_CUT, LOAD_BY_DAYLIGHT = 0, 1, 2, 5

_PWM_DROP_V = np.float32(0.15)
_MPPT_EFFICIENCY = np.float32(0.95)
_SLACK_V = np.float32(0.02)


@dataclass(frozen=True, slots=True)
class ControllerBank:
    """Settings of many controllers per 12 V, arrays of shape (systems,).

    ``per_k`` [V/K] is the temperature compensation of the charging voltages, negative for
    lead-acid and zero for lithium; ``own_a`` is what the controller itself draws.
    """

    mppt: NDArray[np.bool_]
    absorb_v: Array
    float_v: Array
    boost_return_v: Array
    absorb_h: Array
    per_k: Array
    cut_v: Array
    reconnect_v: Array
    own_a: Array


@dataclass(slots=True)
class ControllerState:
    """Charging stage, hours held in absorption, whether the load is cut off."""

    stage: NDArray[np.integer[Any]]
    absorbed_h: Array
    cut: NDArray[np.bool_]


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
    gap = (battery_v + _PWM_DROP_V - panel.open_v) * np.float32(1.0 / 1.2)
    pinned = panel.photo_a * np.maximum(1.0 - np.exp(np.minimum(gap, 0.0)), 0.0)
    tracked = _MPPT_EFFICIENCY * panel.peak_v * panel.peak_a / np.maximum(battery_v, 6.0)
    # A tracker steps down only: below the battery's voltage it is a switch at best.
    reaches = panel.peak_v > battery_v + _PWM_DROP_V
    return np.where(bank.mppt & reaches, tracked, np.where(bank.mppt, _MPPT_EFFICIENCY, 1) * pinned)


def limit_v(bank: ControllerBank, state: ControllerState, battery_c: Array) -> Array:
    """Voltage the controller will not let the battery exceed in its present stage."""
    target = np.where(state.stage == FLOAT, bank.float_v, bank.absorb_v)
    return target + bank.per_k * (battery_c - 25.0)


def settle(
    available: Array, wanted_a: Array, own_a: Array, limit: Array, circuit: Circuit
) -> Balance:
    """Find voltage and currents: all the sun gives, unless the voltage would pass its limit."""
    load_a = wanted_a + own_a
    free_a = available - load_a
    free_v = circuit.voltage_v(free_a)
    limited = (free_v > limit) & (available > 0)
    held_a = (limit - circuit.emf_v) / np.where(
        limit > circuit.emf_v, circuit.charge_ohm, circuit.discharge_ohm
    )
    charge_a = np.where(limited, np.minimum(np.maximum(held_a + load_a, 0.0), available), available)
    battery_a = charge_a - load_a
    return Balance(circuit.voltage_v(battery_a), charge_a, load_a, battery_a, limited)


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
    """Bulk until the limit is reached, absorption for its hours, then float until voltage sags."""
    sunny = balance.charge_a > np.float32(0.01)
    reached = balance.voltage_v >= limit - _SLACK_V
    absorbing = reached & (state.stage != FLOAT) & sunny
    state.absorbed_h = np.where(absorbing, state.absorbed_h + np.float32(STEP_H), state.absorbed_h)
    full = absorbing & (state.absorbed_h >= bank.absorb_h)
    floating = (full | (state.stage == FLOAT)) & (balance.voltage_v >= bank.boost_return_v)
    stage = np.where(absorbing, ABSORPTION, BULK)
    stage = np.where(floating, FLOAT, stage)
    # Dark: the stage reads off and absorption starts anew with the next sun.
    state.stage = np.where(sunny | floating, stage, OFF)
    state.absorbed_h = state.absorbed_h * sunny


def panel_side(bank: ControllerBank, panel: PanelStep, balance: Balance) -> tuple[Array, Array]:
    """Voltage and current [V per 12 V module, A] on the panel's side of the controller."""
    pinned_v = balance.voltage_v + _PWM_DROP_V
    share = np.clip(1.0 - balance.charge_a / np.maximum(panel.photo_a, 1e-4), 1e-3, 1.0)
    held_v = panel.open_v + np.float32(1.2) * np.log(share)
    idle_v = np.minimum(panel.open_v, np.maximum(held_v, pinned_v))
    pwm_v = np.where(balance.limited, idle_v, np.minimum(panel.open_v, pinned_v))
    power = balance.charge_a * balance.voltage_v / _MPPT_EFFICIENCY
    # Holding back, a tracker walks up from the peak towards the open circuit.
    used = np.clip(power / np.maximum(panel.peak_v * panel.peak_a, 1e-3), 0.0, 1.0)
    mppt_v = panel.open_v - (panel.open_v - panel.peak_v) * np.sqrt(used)
    mppt_a = power / np.maximum(mppt_v, 1.0)
    return (
        np.where(bank.mppt, mppt_v, pwm_v),
        np.where(bank.mppt, mppt_a, balance.charge_a),
    )
