"""Everything a fault can change about a system during one day."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.grid import STEPS_A_DAY


@dataclass(frozen=True, slots=True)
class Levers:
    """What faults do today; left alone, nothing is wrong.

    Of shape (systems, 96): ``light`` multiplies the light that reaches the cells, ``panel_open``
    cuts the panel off, ``lamp`` multiplies the lamp's current, ``mute`` keeps the device silent.
    Of shape (systems,): ``dirt`` is an added share of light lost all day, ``capacity`` and ``ohm``
    multiply the battery's capacity and resistances.
    """

    light: Array
    panel_open: NDArray[np.bool_]
    lamp: Array
    mute: NDArray[np.bool_]
    dirt: Array
    capacity: Array
    ohm: Array

    @classmethod
    def untouched(cls, systems: int) -> Self:
        """A day without faults."""
        shape = (systems, STEPS_A_DAY)
        return cls(
            light=np.ones(shape, np.float32),
            panel_open=np.zeros(shape, bool),
            lamp=np.ones(shape, np.float32),
            mute=np.zeros(shape, bool),
            dirt=np.zeros(systems, np.float32),
            capacity=np.ones(systems, np.float32),
            ohm=np.ones(systems, np.float32),
        )
