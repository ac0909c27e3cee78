"""Batteries as formulas and tables: rest voltage against charge, and how hard charge is to move."""

from dataclasses import dataclass

import numpy as np

from device_sim.arrays import Array

_POINTS = 101
CELLS = 4
"""Lithium iron phosphate cells in series in a 12 V pack."""


@dataclass(frozen=True, slots=True)
class Constants:
    """A 12 V battery of one chemistry; resistances are in ohm x Ah (divide by the rating).

    ``ohmic`` acts at once. The polarisation that builds up within the hour is ``slow_charge``
    plus ``full_wall`` over the room left when charging, and ``slow_discharge`` over what is in
    (``EMPTY_ROOM`` added) less ``ohmic`` when discharging. ``coulombic`` is the share of a charging
    current that is kept away from side reactions. ``gassing_a_per_ah`` flows at 13.38 V and
    20 degC, ``gassing_per_v`` is its exponent.
    """

    ohmic: float
    slow_charge: float
    full_wall: float
    slow_discharge: float
    coulombic: float
    gassing_a_per_ah: float
    gassing_per_v: float
    self_discharge_per_day: float


LEAD_ACID = Constants(
    # Instant and slow resistance when discharging: PyBaMM's full model of the 17 Ah home battery
    # (Sulzer et al. 2019, J. Electrochem. Soc. 166 A2363) has 0.67 / (soc + 0.3) ohm x Ah from C/20
    # to C/5; makers' sheets of 7-18 Ah batteries give 0.2-0.35 for the instant part.
    ohmic=0.30,
    slow_discharge=0.67,
    # Makers' charging curves: some 0.6 V above rest at C/10 and half charge, 5 % of C accepted at
    # 14.4 V and 90 %, under 1 % at 99 % (the 1 / (1 - soc) of Copetti and Chenlo 1994).
    slow_charge=0.8,
    full_wall=2.7,
    coulombic=0.95,
    # Schiffer 2007: 20 mA for 100 Ah at 2.23 V a cell and 20 degC, exponent 11 per volt and cell,
    # for flooded cells; most homes' batteries are sealed and gas half as much.
    gassing_a_per_ah=1.0e-4,
    gassing_per_v=11.0 / 6.0,
    self_discharge_per_day=0.0015,
)

LFP = Constants(
    # Packs of 10-50 Ah: 40-60 milliohm with the switches of their management at 20 Ah.
    ohmic=0.8,
    slow_charge=0.7,
    full_wall=0.20,
    slow_discharge=1.5,
    coulombic=0.992,
    gassing_a_per_ah=1.0e-6,
    gassing_per_v=1.0,
    self_discharge_per_day=0.0007,
)

CHEMISTRIES = (LEAD_ACID, LFP)
"""Order of the codes used in arrays: 0 lead-acid, 1 lithium iron phosphate."""

EMPTY_ROOM = np.float32(0.3)
FULL_ROOM = np.float32(0.002)
"""Keeps the wall at full charge finite; a lithium cell has twice as much."""

LEAD_FULL_V = 12.99
_LEAD_SLOPE_V = np.float32(1.10)
_LEAD_KNEE_V = np.float32(0.02)
_LEAD_KNEE_AT = np.float32(0.015)

_LFP_CELL_V = np.interp(
    np.linspace(0.0, 1.0, _POINTS),
    (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.9, 0.97, 0.99, 1.0),
    # Flat at 3.24-3.33 V between 20 and 90 %.
    (2.30, 2.9, 3.09, 3.18, 3.237, 3.262, 3.275, 3.29, 3.305, 3.325, 3.34, 3.387, 3.475),
).astype(np.float32)


def lead_rest_v(soc: Array) -> Array:
    """Voltage [V per 12 V] of a rested lead-acid battery of the usual acid at a state of charge.

    Acid thins in step with discharge, so it is nearly straight, with a knee where plates or acid
    run out: within 10 mV of PyBaMM's full model (discharge in 2000 h) down to 30 %, 70 mV at 10 %,
    below which the rated capacity is made to end. Surface charge is polarisation, not rest.
    """
    bent = _LEAD_KNEE_V / (soc + _LEAD_KNEE_AT)
    top = np.float32(LEAD_FULL_V) - _LEAD_SLOPE_V + _LEAD_KNEE_V / (1 + _LEAD_KNEE_AT)
    return top + _LEAD_SLOPE_V * soc - bent


def lfp_rest_v(soc: Array) -> Array:
    """Voltage [V] of a rested lithium iron phosphate cell at a state of charge."""
    place = soc * np.float32(_POINTS - 1)
    low = np.minimum(place.astype(np.int32), _POINTS - 2)
    share = place - low.astype(np.float32)  # an int32 would make it float64
    start = _LFP_CELL_V[low]
    return start + share * (_LFP_CELL_V[low + 1] - start)
