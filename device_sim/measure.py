"""From what flowed to what a controller shows: noise, resolution, missing fields, glitches."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_INDEX, FIELDS
from device_sim.arrays import Array
from device_sim.controller import LOAD_CUT, LOAD_ON
from device_sim.fleet import Fleet
from device_sim.grid import STEPS_A_DAY, ticks_of
from device_sim.instruments import (
    ABSENT,
    COMPUTED,
    CONSTANT,
    HOME,
    STREET_LIGHT,
    Instruments,
)
from device_sim.noise import even_lanes, uniform
from device_sim.trace import DayTrace

_GLITCH_SHARE = 5e-5
_ABSURD_SHARE = 1e-5
ABSURD_SOC_PERCENT = 2805.0
"""A value seen in the field; it cannot be and has to be stored as missing."""
_UNDER_VOLTAGE_BIT = 2.0
_DARK_PANEL_V = np.float32(0.35)


def measured(fleet: Fleet, eyes: Instruments, trace: DayTrace, *, full: bool = True) -> Array:
    """Readings of one day in the order of the field table, float32 (systems, 96, fields).

    NaN is missing. Rows that are never sent (mute) are there all the same. Each field lies in one
    piece of memory: the array is a view of (fields, systems, 96). Unless ``full``, only the six
    quantities that every controller can report are filled in.
    """
    blank = np.full((len(FIELDS), len(fleet), STEPS_A_DAY), np.nan, np.float32)
    shown = np.moveaxis(blank, 0, 2)
    jitter = even_lanes(fleet.keys, ticks_of(trace.day), "meter")
    volt, amp = eyes.volt_step[:, None], eyes.amp_step[:, None]
    pv_v = np.maximum(trace.pv_voltage_v.T, _DARK_PANEL_V * (1.0 + 0.4 * jitter[0]))
    pv_a = trace.pv_current_a.T * (1.0 + 0.008 * jitter[1])
    load_a = np.maximum(trace.load_current_a.T * (1.0 + 0.006 * jitter[3]), 0.0)
    battery_a = trace.battery_current_a.T + 0.012 * jitter[2] + eyes.amp_offset[:, None]
    computed = eyes.current_mode[:, None] == COMPUTED
    _put(shown, "pv_voltage_v", _stepped(pv_v, volt))
    _put(shown, "pv_current_a", _stepped(pv_a, amp))
    _put(shown, "battery_voltage_v", _battery_voltage(fleet, trace, volt, jitter[3]))
    _put(shown, "battery_current_a", _stepped(np.where(computed, pv_a - load_a, battery_a), amp))
    _put(shown, "load_current_a", _stepped(load_a, amp))
    _put(shown, "battery_temperature_c", np.round(trace.battery_temperature_c.T, 1))
    if full:
        _full_fields(shown, fleet, trace)
    _leave_out(shown, eyes)
    return shown


def _put(shown: Array, name: str, values: NDArray[Any]) -> None:
    shown[:, :, FIELD_INDEX[name]] = values


def _stepped(values: Array, step: Array) -> Array:
    return np.rint(values / step) * step


def _battery_voltage(fleet: Fleet, trace: DayTrace, step: Array, jitter: Array) -> Array:
    shown = _stepped(trace.battery_voltage_v.T + 0.008 * jitter, step)
    chance = uniform(fleet.keys, ticks_of(trace.day), "glitch")
    # A reading under one volt: the bus answered while the controller was starting.
    return np.where(chance < _GLITCH_SHARE, chance * np.float32(0.9 / _GLITCH_SHARE), shown)


def _full_fields(shown: Array, fleet: Fleet, trace: DayTrace) -> None:
    """What fuller controllers add: load voltage, their own view of charge, codes, lamp level."""
    battery_v = trace.battery_voltage_v.T
    cut = trace.load_state.T == LOAD_CUT
    block_v = battery_v / fleet.blocks[:, None]
    # Controllers read charge off the voltage, so it jumps with every lamp and every cloud.
    guess = np.clip((block_v - 11.0) / (13.0 - 11.0), 0.0, 1.0)
    absurd = uniform(fleet.keys, ticks_of(trace.day), "absurd") < _ABSURD_SHARE
    _put(shown, "soc_percent", np.where(absurd, ABSURD_SOC_PERCENT, np.rint(100.0 * guess)))
    on = trace.load_state.T == LOAD_ON
    _put(shown, "load_voltage_v", np.where(on, np.round(battery_v - 0.05, 2), 0.0))
    _put(shown, "charge_stage", trace.charge_stage.T)
    _put(shown, "load_state", trace.load_state.T)
    _put(shown, "fault_bits", np.where(cut, _UNDER_VOLTAGE_BIT, 0.0))
    _put(shown, "lamp_level_percent", np.rint(100.0 * trace.lamp_level.T))


def _leave_out(shown: Array, eyes: Instruments) -> None:
    """Blank what a controller has no eyes for."""
    current = FIELD_INDEX["battery_current_a"]
    shown[eyes.current_mode == ABSENT, :, current] = np.nan
    temperature = FIELD_INDEX["battery_temperature_c"]
    shown[eyes.temperature_mode == ABSENT, :, temperature] = np.nan
    shown[eyes.temperature_mode == CONSTANT, :, temperature] = 25.0
    shown[eyes.data_format == HOME, :, FIELD_INDEX["load_voltage_v"] :] = np.nan
    shown[eyes.data_format != STREET_LIGHT, :, FIELD_INDEX["lamp_level_percent"]] = np.nan
