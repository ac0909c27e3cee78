"""What each controller measures, how finely, and what it leaves out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.draw import Draw
from device_sim.fleet import Fleet

MEASURED, COMPUTED, ABSENT = 0, 1, 2
CONSTANT = 1
HOME, HOME_FULL, STREET_LIGHT = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Instruments:
    """How the systems of a fleet are seen, arrays of shape (systems,).

    ``data_format`` is that of the wire. ``current_mode``: measured, computed as panel minus load,
    or absent; ``temperature_mode``: measured, constant 25 degC, or absent. Steps are the smallest
    difference shown; ``mute_when_cut`` devices run from the load output and fall silent with it.
    ``phase_s`` is how long into each quarter hour a reading is taken.
    """

    data_format: NDArray[np.int8]
    current_mode: NDArray[np.int8]
    temperature_mode: NDArray[np.int8]
    volt_step: Array
    amp_step: Array
    amp_offset: Array
    mute_when_cut: NDArray[np.bool_]
    phase_s: NDArray[np.int64]


def instruments_of(fleet: Fleet) -> Instruments:
    """Fit every system with a controller's eyes; those behind a gateway see all there is."""
    draw = Draw(fleet.keys)
    gateway = np.array([bool(a.gateway) for a in fleet.assignments])
    simple = ~gateway & ~fleet.habits.street
    make = draw.between("make", 0.0, 1.0)
    warmth = draw.between("thermometer", 0.0, 1.0)
    full = np.where(simple & (make < 0.75), HOME, HOME_FULL)
    current = np.select([simple & (make < 0.15), simple & (make < 0.4)], [ABSENT, COMPUTED], 0)
    temperature = np.select([simple & (warmth < 0.15), simple & (warmth < 0.3)], [ABSENT, CONSTANT])
    coarse = draw.between("resolution", 0.0, 1.0)
    return Instruments(
        data_format=np.where(fleet.habits.street, STREET_LIGHT, full).astype(np.int8),
        current_mode=current.astype(np.int8),
        temperature_mode=temperature.astype(np.int8),
        volt_step=np.where(simple & (coarse < 0.3), 0.1, 0.01).astype(np.float32),
        amp_step=np.where(simple & (coarse > 0.8), 0.05, 0.01).astype(np.float32),
        amp_offset=draw.normal("offset", 0.0, 0.006),
        mute_when_cut=simple & (draw.between("supply", 0.0, 1.0) < 0.12),
        phase_s=draw.between("phase", 0.0, 240.0).astype(np.int64),
    )
