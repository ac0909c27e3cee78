"""A battery as a circuit: rest voltage, resistance, polarisation, gassing, and what it keeps."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.chemistry import CHEMISTRIES, rest_voltage_v
from device_sim.draw import Draw
from device_sim.grid import STEP_H, STEP_S

_RELAX_S = 9000.0
"""Polarisation of a resting battery falls to 1/e in two and a half hours [K]."""
_DEPOLARISE_S = 3600.0
"""A load takes the surface charge off faster [K]."""
_STAY_REST = np.float32(np.exp(-STEP_S / _RELAX_S))
_STAY_LOAD = np.float32(np.exp(-STEP_S / _DEPOLARISE_S))
_GASSING_V = 13.38
_GASSING_PER_K = 0.06
_CELL_V = np.array([2.05, 3.3], np.float32)
"""What a shorted cell lacks, by chemistry (lead-acid 2.0-2.1 V a cell)."""
_CAPACITY_PER_K = 0.007
"""Lead-acid capacity rises by about 0.7 % a degree [K]."""


@dataclass(frozen=True, slots=True)
class BatteryBank:
    """Constants of many batteries per 12 V block, arrays of shape (systems,)."""

    chemistry: NDArray[np.int32]
    rated_ah: Array
    rest_shift_v: Array
    ohmic: Array
    slow_charge: Array
    slow_discharge: Array
    full_wall: Array
    empty_wall: Array
    coulombic: Array
    gassing_a: Array
    gassing_per_v: Array
    self_discharge_a: Array
    capacity_per_k: Array

    @classmethod
    def of(cls, chemistry: NDArray[np.int32], rated_ah: Array, make: Draw) -> Self:
        """Constants by chemistry code and rating, a little different from battery to battery."""

        def column(name: str) -> Array:
            return np.array([getattr(c, name) for c in CHEMISTRIES], np.float32)[chemistry]

        per_ah = make.lognormal("ohm", 1.0, 0.18) / rated_ah
        # Acid density differs by make; small sealed batteries hold denser acid than flooded ones
        # and rest at about 12.95 V (Sulzer et al. 2019: 12.97 V for the 17 Ah home battery).
        shift = np.where(chemistry == 0, make.normal("acid", 0.25, 0.05), 0.0)
        return cls(
            chemistry=chemistry,
            rated_ah=rated_ah,
            rest_shift_v=shift.astype(np.float32),
            ohmic=column("ohmic") * per_ah,
            slow_charge=column("slow_charge") * per_ah,
            slow_discharge=column("slow_discharge") * per_ah,
            full_wall=column("full_wall") * per_ah,
            empty_wall=column("empty_wall") * per_ah,
            coulombic=column("coulombic"),
            gassing_a=column("gassing_a_per_ah") * rated_ah,
            gassing_per_v=column("gassing_per_v"),
            self_discharge_a=column("self_discharge_per_day") * rated_ah / 24.0,
            capacity_per_k=np.where(chemistry == 0, _CAPACITY_PER_K, 0.001).astype(np.float32),
        )


@dataclass(slots=True)
class BatteryState:
    """What changes from step to step: charge as a share of usable capacity, polarisation [V]."""

    soc: Array
    polarisation_v: Array


@dataclass(frozen=True, slots=True)
class Circuit:
    """The battery as seen during one step: V = ``emf_v`` + I x resistance of the direction."""

    emf_v: Array
    charge_ohm: Array
    discharge_ohm: Array
    ohmic: Array
    stay: Array

    def ohm(self, current_a: Array) -> Array:
        """Resistance in the direction of a current, positive when charging."""
        return np.where(current_a > 0, self.charge_ohm, self.discharge_ohm)

    def voltage_v(self, current_a: Array) -> Array:
        """Terminal voltage at a current, positive when charging."""
        return self.emf_v + current_a * self.ohm(current_a)


def circuit_of(
    bank: BatteryBank,
    state: BatteryState,
    drawing: NDArray[np.bool_],
    aged_ohm: Array,
    short_v: Array | float = 0.0,
) -> Circuit:
    """The linear circuit of the coming step.

    ``drawing`` says whether the load exceeds the sun, ``aged_ohm`` multiplies the resistances,
    ``short_v`` is what shorted cells lack [V per 12 V block].
    """
    stay = np.where(drawing & (state.polarisation_v > 0), _STAY_LOAD, _STAY_REST)
    build = (1.0 - stay) * aged_ohm
    ohmic = bank.ohmic * aged_ohm
    # Beside a shorted cell the sound ones gas freely: a full pack is no wall to the current.
    room = np.float32(1.005) - state.soc + np.float32(0.1) * short_v
    charge = ohmic + build * (bank.slow_charge + bank.full_wall / room)
    discharge = ohmic + build * (bank.slow_discharge + bank.empty_wall / (state.soc + 0.03))
    emf = rest_voltage_v(bank.chemistry, state.soc) + bank.rest_shift_v - short_v
    emf += stay * state.polarisation_v
    return Circuit(emf, charge, discharge, ohmic, stay)


def short_v(bank: BatteryBank, cells: Array, blocks: Array) -> Array:
    """Voltage that shorted cells of a whole bank take from each of its 12 V blocks."""
    return cells * _CELL_V[bank.chemistry] / blocks


def usable_ah(bank: BatteryBank, capacity_fraction: Array, battery_c: Array) -> Array:
    """Charge between full and empty [Ah] at a temperature; the rating holds at 25 degC."""
    return bank.rated_ah * capacity_fraction * (1.0 + bank.capacity_per_k * (battery_c - 25.0))


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a step's charge went [Ah]: ``stored`` = current x h - ``lost`` + ``clipped``."""

    stored_ah: Array
    lost_ah: Array
    clipped_ah: Array


def gassing_a(bank: BatteryBank, voltage_v: Array, battery_c: Array) -> Array:
    """Current [A] that makes gas instead of charge (Schiffer 2007)."""
    exponent = bank.gassing_per_v * (voltage_v - np.float32(_GASSING_V))
    exponent += np.float32(_GASSING_PER_K) * (battery_c - 20.0)
    return bank.gassing_a * np.exp(exponent)


def pass_current(
    bank: BatteryBank,
    state: BatteryState,
    circuit: Circuit,
    current_a: Array,
    conditions: tuple[Array, Array, Array],
) -> Flow:
    """Move the state on by one step under a current.

    ``conditions`` are terminal voltage [V], temperature [degC] and usable capacity [Ah].
    """
    voltage, battery_c, capacity_ah = conditions
    charging = np.maximum(current_a, 0.0)
    gas = np.minimum(gassing_a(bank, voltage, battery_c), charging)
    lost = ((1.0 - bank.coulombic) * (charging - gas) + gas + bank.self_discharge_a) * STEP_H
    wanted = state.soc + (current_a * STEP_H - lost) / capacity_ah
    soc = np.minimum(np.maximum(wanted, 0.0), 1.0)
    flow = Flow((soc - state.soc) * capacity_ah, lost, (soc - wanted) * capacity_ah)
    built = current_a * (circuit.ohm(current_a) - circuit.ohmic)
    state.polarisation_v = circuit.stay * state.polarisation_v + built
    state.soc = soc
    return flow
