"""Everything a fault can change about a system during one day."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.grid import STEPS_A_DAY

METERS = ("pv_current_a", "battery_current_a", "load_current_a", "battery_voltage_v")
"""What a sensor fault can spoil, in the order of the meter levers' columns."""


@dataclass(frozen=True, slots=True)
class Levers:
    """What faults do today; left alone, nothing is wrong.

    Of shape (systems, 96): ``light`` multiplies the light that reaches the cells, ``panel_open``
    cuts the panel off, ``lamp`` multiplies the load's current, ``burning`` is the least level of a
    street lamp, ``load_off`` keeps the load output dead, ``bypass`` is the share of the load that
    is wired past the controller, ``mute`` keeps the device silent.

    Of shape (systems,): ``dirt`` is an added share of light lost all day, ``panel_volts``
    multiplies the panel's voltage, ``lit_h`` is after how many hours a street lamp goes out,
    ``capacity`` and ``ohm`` multiply the battery's capacity and resistances, ``shorted_cells``
    counts its dead cells, ``clock_s`` is how far the device's clock is ahead [s], below 0 behind.

    ``obstacle`` (systems, 4) stands before the sun: direction [degrees east of north], half width
    and height [degrees], share of the beam it holds back. ``meter_offset`` (systems, 4) is added to
    what the meters of METERS show, those that are ``meter_stuck`` show one value all day long.
    """

    light: Array
    panel_open: NDArray[np.bool_]
    lamp: Array
    burning: Array
    load_off: NDArray[np.bool_]
    bypass: Array
    mute: NDArray[np.bool_]
    dirt: Array
    panel_volts: Array
    lit_h: Array
    capacity: Array
    ohm: Array
    shorted_cells: Array
    clock_s: NDArray[np.int64]
    obstacle: Array
    meter_offset: Array
    meter_stuck: NDArray[np.bool_]

    @classmethod
    def untouched(cls, systems: int) -> Self:
        """A day without faults."""
        day = (systems, STEPS_A_DAY)
        return cls(
            light=np.ones(day, np.float32),
            panel_open=np.zeros(day, bool),
            lamp=np.ones(day, np.float32),
            burning=np.zeros(day, np.float32),
            load_off=np.zeros(day, bool),
            bypass=np.zeros(day, np.float32),
            mute=np.zeros(day, bool),
            dirt=np.zeros(systems, np.float32),
            panel_volts=np.ones(systems, np.float32),
            lit_h=np.full(systems, np.inf, np.float32),
            capacity=np.ones(systems, np.float32),
            ohm=np.ones(systems, np.float32),
            shorted_cells=np.zeros(systems, np.float32),
            clock_s=np.zeros(systems, np.int64),
            obstacle=np.zeros((systems, 4), np.float32),
            meter_offset=np.zeros((systems, len(METERS)), np.float32),
            meter_stuck=np.zeros((systems, len(METERS)), bool),
        )
