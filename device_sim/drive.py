"""A battery of average make driven by a given current: for holding the model against records."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.battery import (
    BatteryBank,
    BatteryState,
    Condition,
    battery_day,
    circuit_of,
    pass_current,
)
from device_sim.chemistry import lead_rest_v
from device_sim.draw import Draw

_SINCE_DUSK_H = 5.0


class MiddleDraw(Draw):
    """Draws the middle of every spread: the make nobody has, that all makes lie around."""

    def between(self, channel: str, low: float, high: float) -> NDArray[np.float32]:  # noqa: ARG002
        """Halfway."""
        return np.full(self.keys.size, (low + high) / 2.0, np.float32)

    def normal(self, channel: str, mean: float, deviation: float) -> NDArray[np.float32]:  # noqa: ARG002
        """The mean."""
        return np.full(self.keys.size, mean, np.float32)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a record is followed: the constant draw [A] that fits it best, and the errors [V].

    ``night_rmse_v`` is of the moments without a charging current.
    """

    rated_ah: float
    draw_a: float
    rmse_v: float
    night_rmse_v: float
    voltage_v: Array


def average_lead_acid(rated_ah: Array) -> BatteryBank:
    """Sealed 12 V batteries of average make, one for each rating."""
    middle = MiddleDraw(np.zeros(rated_ah.size, np.uint64))
    return BatteryBank.of(np.zeros(rated_ah.size, np.int32), rated_ah.astype(np.float32), middle)


def half_gone(batteries: int) -> Condition:
    """Batteries with half their capacity, half of that lost to sulfation, as `ageing.py` has it."""
    new = Condition.new(batteries)
    return replace(
        new,
        capacity=np.float32(0.5) * new.capacity,
        ohm=np.float32(1.5) * new.ohm,
        reluctance=np.float32(4.0) * new.reluctance,
        gassing=np.float32(2.5) * new.gassing,
    )


def driven_voltage_v(
    bank: BatteryBank,
    current_a: Array,
    start_soc: Array,
    battery_c: float,
    condition: Condition | None = None,
) -> Array:
    """Terminal voltages [V] under a current of quarter hours, (steps, batteries) as the current.

    Positive is charging; the batteries are as good as new unless a condition is given, stay at one
    temperature and have no leads.
    """
    systems = start_soc.size
    state = BatteryState.resting(start_soc)
    warmth = np.full(systems, battery_c, np.float32)
    leads = np.zeros(systems, np.float32)
    day = battery_day(bank, leads, condition or Condition.new(systems), warmth)
    volts = np.empty(current_a.shape, np.float32)
    for step, current in enumerate(current_a.astype(np.float32)):
        circuit = circuit_of(day, state)
        volts[step] = circuit.voltage_v(current)
        pass_current(day, state, circuit, current, volts[step])
    return volts


def fit_draw(
    record: tuple[Array, Array],
    rated_ah: float,
    battery_c: float,
    draws_a: Array,
    condition: Condition | None = None,
) -> Fit:
    """The constant draw that makes the model follow a record of charge [A] and voltage [V] best.

    Nothing else is fitted: the battery was full at the dusk before the record's first midnight, and
    its acid is what makes it show the first voltage. It is new unless a condition is given, one for
    every draw tried.
    """
    charge_a, measured_v = record
    bank = average_lead_acid(np.full(draws_a.size, rated_ah, np.float32))
    start = np.clip(1.0 - draws_a * _SINCE_DUSK_H / rated_ah, 0.0, 1.0).astype(np.float32)
    acid = (measured_v[0] + draws_a * bank.ohmic - lead_rest_v(start)).astype(np.float32)
    bank = replace(bank, rest_shift_v=acid)
    current_a = charge_a[:, None] - draws_a[None, :]
    volts = driven_voltage_v(bank, current_a, start, battery_c, condition)
    error = (volts - measured_v[:, None]) ** 2
    rmse = np.sqrt(np.mean(error, axis=0))
    best = int(rmse.argmin())
    night = np.sqrt(np.mean(error[charge_a <= 0, best]))
    return Fit(rated_ah, float(draws_a[best]), float(rmse[best]), float(night), volts[:, best])
