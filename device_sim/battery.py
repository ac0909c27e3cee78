"""A battery as a circuit: rest voltage, resistance, polarisation, gassing, and what it keeps.

This is the sound lead-acid battery of each row; lithium packs overwrite their rows (`packs.py`).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.chemistry import CHEMISTRIES, EMPTY_ROOM, FULL_ROOM, lead_rest_v
from device_sim.draw import Draw
from device_sim.grid import STEP_H, STEP_S

_RELAX_S = 2400.0
"""Polarisation falls to 1/e in forty minutes (the evenings of the recorded days)."""
STAY = np.float32(np.exp(-STEP_S / _RELAX_S))
BUILD = np.float32(1.0) - STAY
_GASSING_V = np.float32(13.38)
_GASSING_PER_K = np.float32(0.06)
_CELLS_IN_12_V = np.float32(6.0)
_CELL_V = np.array([2.05, 3.3], np.float32)
"""What a shorted cell lacks, by chemistry (lead-acid 2.0-2.1 V a cell)."""
_CAPACITY_PER_K = 0.007
"""Lead-acid capacity rises by about 0.7 % a degree [K]."""
_OHM_PER_K = np.float32(-0.007)
"""Resistance falls by 0.5-1 % a degree [K]."""
_STEP_H = np.float32(STEP_H)


@dataclass(frozen=True, slots=True)
class BatteryBank:
    """Constants of many batteries per 12 V block, arrays of shape (systems,)."""

    chemistry: NDArray[np.int32]
    rated_ah: Array
    rest_shift_v: Array
    ohmic: Array
    slow_charge: Array
    full_wall: Array
    slow_discharge: Array
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
        # Acid density differs by make; flooded batteries hold thinner acid than sealed ones.
        shift = np.where(chemistry == 0, make.normal("acid", -0.04, 0.08), 0.0)
        return cls(
            chemistry=chemistry,
            rated_ah=rated_ah,
            rest_shift_v=shift.astype(np.float32),
            ohmic=column("ohmic") * per_ah,
            slow_charge=column("slow_charge") * per_ah,
            full_wall=column("full_wall") * per_ah,
            slow_discharge=column("slow_discharge") * per_ah,
            coulombic=column("coulombic"),
            gassing_a=column("gassing_a_per_ah") * rated_ah * make.lognormal("gas", 1.0, 0.3),
            gassing_per_v=column("gassing_per_v"),
            self_discharge_a=column("self_discharge_per_day") * rated_ah / np.float32(24.0),
            capacity_per_k=np.where(chemistry == 0, _CAPACITY_PER_K, 0.001).astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """How batteries are on a day, arrays of shape (systems,), 1 or 0 when new and sound.

    ``capacity`` is usable over rated at 25 degC, ``ohm`` multiplies resistances, ``reluctance`` the
    walls of a charge, ``gassing`` the gas; ``short_v`` is what shorted cells lack of a 12 V block.
    """

    capacity: Array
    ohm: Array
    reluctance: Array
    gassing: Array
    short_v: Array

    @classmethod
    def new(cls, systems: int) -> Self:
        """Batteries as good as new."""
        one = np.ones(systems, np.float32)
        return cls(one, one, one, one, np.zeros(systems, np.float32))


@dataclass(frozen=True, slots=True)
class BatteryDay:
    """What stays the same for a day, arrays of shape (systems,): constants in their condition.

    ``leads_ohm`` lies between the battery and the terminals its controller measures at.
    """

    capacity_ah: Array
    rest_shift_v: Array
    leads_ohm: Array
    ohmic: Array
    slow_charge: Array
    full_wall: Array
    slow_discharge: Array
    room: Array
    gassing_a: Array
    gassing_from_v: Array
    gassing_per_v: Array
    side_share: Array
    self_discharge_a: Array


def battery_day(
    bank: BatteryBank, leads_ohm: Array, condition: Condition, battery_c: Array
) -> BatteryDay:
    """The constants of a day at its temperature [degC]; the rating holds at 25 degC."""
    warmer = battery_c - np.float32(25.0)
    ohm = condition.ohm * (np.float32(1.0) + _OHM_PER_K * warmer)
    sound = np.float32(1.0) - condition.short_v / (_CELLS_IN_12_V * _CELL_V[0])
    hotter = np.exp(_GASSING_PER_K * (battery_c - np.float32(20.0)))
    return BatteryDay(
        capacity_ah=usable_ah(bank, condition.capacity, battery_c),
        rest_shift_v=bank.rest_shift_v - condition.short_v,
        leads_ohm=leads_ohm,
        ohmic=bank.ohmic * ohm,
        slow_charge=bank.slow_charge * ohm,
        full_wall=bank.full_wall * condition.reluctance,
        slow_discharge=bank.slow_discharge * ohm,
        # Beside a shorted cell the sound ones gas freely: a full pack is no wall to the current.
        room=np.float32(1.0) + FULL_ROOM + np.float32(0.1) * condition.short_v,
        gassing_a=bank.gassing_a * condition.gassing * hotter,
        # Five sound cells share what six did, the shorted one being none.
        gassing_from_v=_GASSING_V * sound,
        gassing_per_v=bank.gassing_per_v / sound,
        side_share=np.float32(1.0) - bank.coulombic,
        self_discharge_a=bank.self_discharge_a,
    )


def short_v(bank: BatteryBank, cells: Array, blocks: Array) -> Array:
    """Voltage that shorted cells of a whole bank take from each of its 12 V blocks."""
    return cells * _CELL_V[bank.chemistry] / blocks


def usable_ah(bank: BatteryBank, capacity_fraction: Array, battery_c: Array) -> Array:
    """Charge between full and empty [Ah] at a temperature; the rating holds at 25 degC."""
    return bank.rated_ah * capacity_fraction * (1.0 + bank.capacity_per_k * (battery_c - 25.0))


@dataclass(slots=True)
class BatteryState:
    """What changes from step to step, arrays of shape (systems,).

    Charge as a share of usable capacity, polarisation [V], and the voltage inside the leads [V].
    """

    soc: Array
    polarisation_v: Array
    inner_v: Array

    @classmethod
    def resting(cls, soc: Array) -> Self:
        """Batteries long at rest at a state of charge."""
        return cls(soc.copy(), np.zeros_like(soc), np.full_like(soc, 12.5))


@dataclass(frozen=True, slots=True)
class Circuit:
    """A battery as its controller sees it during one step, arrays of shape (systems,).

    Charging it is a voltage ``charge_v`` behind ``charge_ohm``, discharging ``emf_v`` behind
    ``discharge_ohm``. ``slow_ohm`` (charge, discharge) is the part that polarises; the gas [A] is
    ``gas_a`` + ``gas_per_v`` x the rise of the voltage inside.
    """

    emf_v: Array
    charge_v: Array
    charge_ohm: Array
    discharge_ohm: Array
    slow_ohm: tuple[Array, Array]
    gas_a: Array | None = None
    gas_per_v: Array | None = None

    def at(self, rows: NDArray[np.int64]) -> "Circuit":
        """Some rows of it, without what only the state's next step needs."""
        return Circuit(
            self.emf_v[rows],
            self.charge_v[rows],
            self.charge_ohm[rows],
            self.discharge_ohm[rows],
            self.slow_ohm,
        )

    def voltage_v(self, current_a: Array) -> Array:
        """Terminal voltage at a current, positive when charging."""
        charging = current_a > 0
        ohm = np.where(charging, self.charge_ohm, self.discharge_ohm)
        return np.where(charging, self.charge_v, self.emf_v) + current_a * ohm


def circuit_of(day: BatteryDay, state: BatteryState, *, sunny: bool = True) -> Circuit:
    """The linear circuit of the coming step; in the dark nothing charges and nothing gasses.

    Gas is a way past the battery's own reaction: its Tafel line (Schiffer 2007) is taken straight
    at the last voltage, so a full battery is held up by what it gasses.
    """
    soc = state.soc
    emf = lead_rest_v(soc)
    emf += day.rest_shift_v
    emf += STAY * state.polarisation_v
    slow_out = day.slow_discharge / (soc + EMPTY_ROOM) - day.ohmic
    np.maximum(slow_out, 0.0, out=slow_out)
    outer = day.leads_ohm + day.ohmic
    discharge = outer + BUILD * slow_out
    if not sunny:
        return Circuit(emf, emf, discharge, discharge, (slow_out, slow_out))
    slow_in = day.slow_charge + day.full_wall / (day.room - soc)
    inner = day.ohmic + BUILD * slow_in
    gas = day.gassing_a * np.exp(day.gassing_per_v * (state.inner_v - day.gassing_from_v))
    per_v = day.gassing_per_v * gas
    beside = np.float32(1.0) / (np.float32(1.0) + per_v * inner)
    charge_v = (emf - inner * (gas - per_v * state.inner_v)) * beside
    charge = day.leads_ohm + inner * beside
    return Circuit(emf, charge_v, charge, discharge, (slow_in, slow_out), gas, per_v)


def gas_again(
    day: BatteryDay, state: BatteryState, circuit: Circuit, rows: NDArray[np.int64], inner_v: Array
) -> None:
    """Take the Tafel line of some rows at another voltage inside; needs a sunny circuit.

    Once a step is enough behind a controller that holds the voltage. Beside a shorted cell the
    voltage is the gas's alone, and one straight line would overshoot it.
    """
    if circuit.gas_a is None or circuit.gas_per_v is None:
        raise ValueError("nothing gasses in the dark")
    state.inner_v[rows] = inner_v
    slope, start_v = day.gassing_per_v[rows], day.gassing_from_v[rows]
    gas = day.gassing_a[rows] * np.exp(slope * (inner_v - start_v))
    inner = day.ohmic[rows] + BUILD * circuit.slow_ohm[0][rows]
    beside = 1.0 / (1.0 + slope * gas * inner)
    circuit.gas_a[rows], circuit.gas_per_v[rows] = gas, slope * gas
    circuit.charge_v[rows] = (circuit.emf_v[rows] - inner * gas * (1.0 - slope * inner_v)) * beside
    circuit.charge_ohm[rows] = day.leads_ohm[rows] + inner * beside


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a step's charge went [Ah]: stored = current x h - ``lost_ah`` + ``clipped_ah``."""

    lost_ah: Array
    clipped_ah: Array


def pass_current(
    day: BatteryDay, state: BatteryState, circuit: Circuit, current_a: Array, voltage_v: Array
) -> Flow:
    """Move the state on by one step under a current [A] at a terminal voltage [V]."""
    inner_v = voltage_v - current_a * day.leads_ohm
    lost = day.self_discharge_a
    main = current_a
    slow = circuit.slow_ohm[1]
    if circuit.gas_a is not None and circuit.gas_per_v is not None:
        charging = np.maximum(current_a, 0.0)
        gas = circuit.gas_a + circuit.gas_per_v * (inner_v - state.inner_v)
        gas = np.minimum(np.maximum(gas, 0.0), charging)
        lost = lost + gas + day.side_share * (charging - gas)
        main = current_a - gas
        slow = np.where(main > 0, circuit.slow_ohm[0], slow)
    lost = lost * _STEP_H
    wanted = state.soc + (current_a * _STEP_H - lost) / day.capacity_ah
    soc = np.minimum(np.maximum(wanted, 0.0), 1.0)
    state.polarisation_v = STAY * state.polarisation_v + BUILD * slow * main
    state.soc, state.inner_v = soc, inner_v
    return Flow(lost, (soc - wanted) * day.capacity_ah)
