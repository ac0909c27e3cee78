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
from device_sim.noise import step_even, uniform
from device_sim.trace import DayTrace

_GLITCH_SHARE = 5e-5
_GLITCHES_A_DAY = _GLITCH_SHARE * STEPS_A_DAY
_ABSURD_SHARE = 1e-5
ABSURD_SOC_PERCENT = 2805.0
"""A value seen in the field; it cannot be and has to be stored as missing."""
_UNDER_VOLTAGE_BIT = 2.0
_DARK_PANEL_V = 0.35


def measured(fleet: Fleet, eyes: Instruments, trace: DayTrace, *, full: bool = True) -> Array:
    """Readings of one day in the order of the field table, float32 (systems, 96, fields).

    NaN is missing. Rows that are never sent (mute) are there all the same. Each field lies in one
    piece of memory, step by step: the array is a view of (fields, 96, systems). Unless ``full``,
    only the six quantities that every controller can report are filled in.
    """
    laid = np.empty((len(FIELDS), STEPS_A_DAY, len(fleet)), np.float32)
    _currents(laid, fleet, eyes, trace)
    _voltages(laid, fleet, eyes, trace)
    warmth = laid[FIELD_INDEX["battery_temperature_c"]]
    _stepped(trace.battery_temperature_c, np.float32(0.1), warmth)
    if full:
        _full_fields(laid, fleet, trace)
    shown = laid.transpose(2, 1, 0)
    _leave_out(shown, eyes)
    return shown


def _stepped(values: Array, step: Array | np.float32, out: Array) -> None:
    """Round to whole steps; a tenth comes out as the number nearest to it, not to ten times."""
    a_unit = np.rint(np.float32(1.0) / step)
    np.multiply(values, a_unit, out=out)
    np.rint(out, out=out)
    out /= a_unit


def _currents(laid: Array, fleet: Fleet, eyes: Instruments, trace: DayTrace) -> None:
    pv, battery, load = (laid[FIELD_INDEX[f"{end}_current_a"]] for end in ("pv", "battery", "load"))
    ticks = ticks_of(trace.day)
    pv_a = _jitter(fleet, ticks, "meter/pv", 0.008, 1.0)
    pv_a *= trace.pv_current_a
    load_a = _jitter(fleet, ticks, "meter/load", 0.006, 1.0)
    load_a *= trace.load_current_a
    np.maximum(load_a, 0.0, out=load_a)
    battery_a = _jitter(fleet, ticks, "meter/battery", 0.012, 0.0)
    battery_a += trace.battery_current_a
    battery_a += eyes.amp_offset
    computed = np.flatnonzero(eyes.current_mode == COMPUTED)
    battery_a[:, computed] = pv_a[:, computed] - load_a[:, computed]
    for values, out in ((pv_a, pv), (battery_a, battery), (load_a, load)):
        _stepped(values, eyes.amp_step, out)


def _voltages(laid: Array, fleet: Fleet, eyes: Instruments, trace: DayTrace) -> None:
    pv, battery = (laid[FIELD_INDEX[f"{end}_voltage_v"]] for end in ("pv", "battery"))
    ticks = ticks_of(trace.day)
    pv_v = _jitter(fleet, ticks, "meter/dark", 0.4 * _DARK_PANEL_V, _DARK_PANEL_V)
    np.maximum(trace.pv_voltage_v, pv_v, out=pv_v)
    _stepped(pv_v, eyes.volt_step, pv)
    battery_v = _jitter(fleet, ticks, "meter/volts", 0.008, 0.0)
    battery_v += trace.battery_voltage_v
    _stepped(battery_v, eyes.volt_step, battery)
    _glitches(battery, fleet, trace.day)


def _jitter(
    fleet: Fleet, ticks: NDArray[np.int64], channel: str, spread: float, level: float
) -> Array:
    """Noise of a meter (96, systems), even within ``spread`` of ``level``."""
    noise = step_even(fleet.keys, ticks, channel)
    noise *= np.float32(spread)
    if level:
        noise += np.float32(level)
    return noise


def _glitches(battery_v: Array, fleet: Fleet, day: int) -> None:
    """Readings under one volt: the bus answered while the controller was starting."""
    today = np.array([day], np.int64)
    rows = np.flatnonzero(uniform(fleet.keys, today, "glitch")[:, 0] < _GLITCHES_A_DAY)
    when, volts = (uniform(fleet.keys[rows], today, f"glitch/{w}")[:, 0] for w in ("when", "volts"))
    steps = (when * np.float32(STEPS_A_DAY)).astype(np.int64)
    battery_v[steps, rows] = np.float32(0.9) * volts


def _full_fields(laid: Array, fleet: Fleet, trace: DayTrace) -> None:
    """What fuller controllers add: load voltage, their own view of charge, codes, lamp level."""
    # Controllers read charge off the voltage, so it jumps with every lamp and every cloud.
    block_v = trace.battery_voltage_v / fleet.blocks
    guess = np.clip((block_v - 11.0) / (13.0 - 11.0), 0.0, 1.0)
    absurd = uniform(fleet.keys, ticks_of(trace.day), "absurd").T < _ABSURD_SHARE
    on = trace.load_state == LOAD_ON
    added: dict[str, NDArray[Any]] = {
        "soc_percent": np.where(absurd, ABSURD_SOC_PERCENT, np.rint(100.0 * guess)),
        "load_voltage_v": np.where(on, np.round(trace.battery_voltage_v - 0.05, 2), 0.0),
        "charge_stage": trace.charge_stage,
        "load_state": trace.load_state,
        "fault_bits": np.where(trace.load_state == LOAD_CUT, _UNDER_VOLTAGE_BIT, 0.0),
        "lamp_level_percent": np.rint(100.0 * trace.lamp_level),
    }
    for name, values in added.items():
        laid[FIELD_INDEX[name]] = values


def _leave_out(shown: Array, eyes: Instruments) -> None:
    """Blank what a controller has no eyes for."""
    current = FIELD_INDEX["battery_current_a"]
    shown[eyes.current_mode == ABSENT, :, current] = np.nan
    temperature = FIELD_INDEX["battery_temperature_c"]
    shown[eyes.temperature_mode == ABSENT, :, temperature] = np.nan
    shown[eyes.temperature_mode == CONSTANT, :, temperature] = 25.0
    shown[eyes.data_format == HOME, :, FIELD_INDEX["load_voltage_v"] :] = np.nan
    shown[eyes.data_format != STREET_LIGHT, :, FIELD_INDEX["lamp_level_percent"]] = np.nan
