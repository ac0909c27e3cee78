"""Photovoltaic panels: light on the tilted plane, and the current and voltage they give.

Crystalline cells, 36 for each 12 V of the battery, as a single diode without series resistance:
explicit in voltage and in current, so nothing is solved for. `modules.py` says who has more cells.
"""

import numpy as np

from device_sim.arrays import Array

VOC_STC_V = 21.6
"""Open circuit of 36 cells at 25 degC and 1000 W/m2 (data sheets of 12 V modules)."""
DIODE_V = 1.2
"""36 cells x thermal voltage x ideality 1.3."""
VOC_PER_K = -0.075
"""About -0.35 %/K of the open-circuit voltage (data sheets)."""
ISC_A_PER_W = 1.0 / 17.1
"""Short-circuit current for each watt of rating: the model's maximum power is 17.1 V x Isc."""
CELL_K_PER_W_M2 = 0.027
"""Ross coefficient of an open rack (Ross 1976; 0.02-0.04)."""
_SHUNT_W_M2 = 1.0
"""Below about this light the shunt path pulls the open-circuit voltage down [K]."""
_ALBEDO = 0.2


def plane_light(direction: Array, beam: Array, diffuse: Array, normal_vector: Array) -> Array:
    """Irradiance on tilted panels [W/m2], shape (steps, systems).

    ``direction`` (3, steps, systems) and ``normal_vector`` (3, systems) are up, north, east.
    The sky is isotropic (Liu and Jordan 1963).
    """
    up = normal_vector[0]
    facing = direction[0] * up
    facing += direction[1] * normal_vector[1]
    facing += direction[2] * normal_vector[2]
    np.maximum(facing, 0.0, out=facing)
    # What the ground throws back at a tilted panel goes with the light on the level.
    back = np.float32(_ALBEDO) * (np.float32(0.5) - np.float32(0.5) * up)
    facing += np.maximum(direction[0], 0.0) * back
    facing *= beam
    facing += diffuse * (np.float32(0.5) + np.float32(0.5) * up + back)
    return facing


def cell_temperature_c(air_c: Array, light_w_m2: Array) -> Array:
    """Cell temperature [degC] by Ross's linear rule."""
    return air_c + np.float32(CELL_K_PER_W_M2) * light_w_m2


def open_circuit_v(light_w_m2: Array, cell_c: Array) -> Array:
    """Open-circuit voltage [V per 12 V module]."""
    light = np.maximum(light_w_m2, np.float32(1e-3))
    voltage = VOC_STC_V + VOC_PER_K * (cell_c - 25.0) + np.float32(DIODE_V) * np.log(light / 1000.0)
    return np.maximum(voltage, 0.0) * (light / (light + np.float32(_SHUNT_W_M2)))


def current_a(photo_current_a: Array, open_v: Array, voltage_v: Array) -> Array:
    """Current [A] of a panel held at a voltage; no reverse current (blocking diode)."""
    share = 1.0 - np.exp((voltage_v - open_v) * np.float32(1.0 / DIODE_V))
    return photo_current_a * np.maximum(share, 0.0)


def voltage_v(photo_current_a: Array, open_v: Array, current: Array) -> Array:
    """Voltage [V per 12 V module] of a panel giving a current below its photo current."""
    share = 1.0 - current / np.maximum(photo_current_a, np.float32(1e-6))
    lowered = open_v + np.float32(DIODE_V) * np.log(np.maximum(share, np.float32(1e-3)))
    return np.clip(lowered, 0.0, open_v)


def maximum_power(photo_current_a: Array, open_v: Array) -> tuple[Array, Array]:
    """Voltage and current [V, A] at the maximum power point.

    Setting the derivative of V*I to zero gives V = Voc - Vd*ln(1 + V/Vd); two rounds are enough.
    """
    vd = np.float32(DIODE_V)
    voltage = 0.83 * open_v
    for _ in range(2):
        voltage = open_v - vd * np.log(voltage / vd + np.float32(1.0))
    voltage = np.maximum(voltage, 0.0)
    return voltage, current_a(photo_current_a, open_v, voltage)
