"""Batteries as tables: rest voltage against charge, and how hard it is to push charge in or out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array

_POINTS = 101


@dataclass(frozen=True, slots=True)
class Cells:
    """A 12 V battery of one chemistry; resistances are in ohm x Ah (divide by the rating).

    ``rest_v`` is read at even steps of state of charge from empty to full. ``ohmic`` acts at once;
    ``slow_charge`` and ``slow_discharge`` are the polarisation that builds up within the hour, with
    ``full_wall`` and ``empty_wall`` growing as charge nears its ends.
    ``coulombic`` is the share of a charging current that is kept away from gassing.
    ``gassing_a_per_ah`` flows at 13.38 V and 20 degC, ``gassing_per_v`` its exponent.
    """

    rest_v: Array
    ohmic: float
    slow_charge: float
    slow_discharge: float
    full_wall: float
    empty_wall: float
    coulombic: float
    gassing_a_per_ah: float
    gassing_per_v: float
    self_discharge_per_day: float


def _table(soc: tuple[float, ...], volts: tuple[float, ...]) -> Array:
    return np.interp(np.linspace(0.0, 1.0, _POINTS), soc, volts).astype(np.float32)


LEAD_ACID = Cells(
    # Acid thins in step with discharge, so rest voltage is nearly straight down to a fifth: the
    # shape of the 17 Ah home battery in Sulzer et al. 2019 (J. Electrochem. Soc. 166 A2363).
    # Tables read soon after a charge (12.70 V full, 12.50 V at 90 %) hold surface charge, which is
    # polarisation here.
    rest_v=_table(
        (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
        (10.5, 11.2, 11.5, 11.72, 11.87, 12.0, 12.13, 12.25, 12.37, 12.485, 12.595, 12.70),
    ),
    # Shape and size follow Copetti and Chenlo 1994: about 4 ohm x Ah a cell in the middle, rising
    # as 0.48 / (1 - soc) to full and as 0.27 / soc to empty.
    ohmic=4.0,
    slow_charge=5.0,
    slow_discharge=3.2,
    full_wall=3.6,
    empty_wall=1.2,
    coulombic=0.95,
    # Schiffer 2007: 20 mA for 100 Ah at 2.23 V a cell and 20 degC, exponent 11 per volt and cell.
    gassing_a_per_ah=2.0e-4,
    gassing_per_v=11.0 / 6.0,
    self_discharge_per_day=0.0015,
)

LFP = Cells(
    # Four cells in series: flat at 13.1-13.3 V between 20 and 90 %.
    rest_v=_table(
        (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.9, 0.97, 0.99, 1.0),
        (10.4, 11.7, 12.35, 12.75, 12.95, 13.05, 13.10, 13.16, 13.22, 13.30, 13.36, 13.55, 13.90),
    ),
    ohmic=2.0,
    slow_charge=1.2,
    slow_discharge=1.0,
    full_wall=0.35,
    empty_wall=0.10,
    coulombic=0.992,
    gassing_a_per_ah=1.0e-6,
    gassing_per_v=1.0,
    self_discharge_per_day=0.0007,
)

CHEMISTRIES = (LEAD_ACID, LFP)
"""Order of the codes used in arrays: 0 lead-acid, 1 lithium iron phosphate."""

REST_TABLE = np.concatenate([c.rest_v for c in CHEMISTRIES])


def rest_voltage_v(chemistry: NDArray[np.int32], soc: Array) -> Array:
    """Voltage [V per 12 V] of a rested battery at a state of charge (0..1), read off its table."""
    place = soc * np.float32(_POINTS - 1)
    low = np.minimum(place.astype(np.int32), _POINTS - 2)
    share = place - low.astype(np.float32)  # an int32 would make it float64
    low += chemistry * _POINTS
    start = REST_TABLE[low]
    return start + share * (REST_TABLE[low + 1] - start)
