"""One day of a fleet as it really was, before any controller measured it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.grid import STEPS_A_DAY
from device_sim.levers import Levers
from device_sim.truth import DayTruth


@dataclass(slots=True)
class DayTrace:
    """What flowed in each quarter hour, arrays of shape (96, systems), volts of the whole bank.

    ``load_current_a`` is the load's alone; the controller's own draw is in ``battery_current_a``
    (positive when charging). ``lost_ah`` is charge that gassed or leaked, ``clipped_ah`` what an
    exactly full or empty battery turned away. ``cut`` is where the load is cut off. ``truth`` is
    set when the day is over; ``levers`` is what faults did.
    """

    day: int
    pv_voltage_v: Array
    pv_current_a: Array
    battery_voltage_v: Array
    charge_current_a: Array
    battery_current_a: Array
    load_current_a: Array
    battery_temperature_c: Array
    soc: Array
    lamp_level: Array
    lost_ah: Array
    clipped_ah: Array
    charge_stage: NDArray[np.int8]
    load_state: NDArray[np.int8]
    cut: NDArray[np.bool_]
    mute: NDArray[np.bool_]
    truth: DayTruth | None = None
    levers: Levers | None = None

    @classmethod
    def blank(cls, day: int, systems: int) -> Self:
        """An empty day to be filled in step by step."""
        shape = (STEPS_A_DAY, systems)

        def reals() -> Array:
            return np.zeros(shape, np.float32)

        return cls(
            day=day,
            pv_voltage_v=reals(),
            pv_current_a=reals(),
            battery_voltage_v=reals(),
            charge_current_a=reals(),
            battery_current_a=reals(),
            load_current_a=reals(),
            battery_temperature_c=reals(),
            soc=reals(),
            lamp_level=reals(),
            lost_ah=reals(),
            clipped_ah=reals(),
            charge_stage=np.zeros(shape, np.int8),
            load_state=np.zeros(shape, np.int8),
            cut=np.zeros(shape, bool),
            mute=np.zeros(shape, bool),
        )
