"""Lithium packs as four cells in series behind a battery management system (BMS).

Cells differ in capacity, leak and charge. The first to fill ends a charge, the first to run dry a
discharge, so the pack holds what its weakest cell allows. Only the lithium rows are worked on.
"""

from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.battery import BUILD, STAY, BatteryBank, BatteryDay, BatteryState, Circuit, Flow
from device_sim.chemistry import CELLS, EMPTY_ROOM, FULL_ROOM, lfp_rest_v
from device_sim.grid import STEP_H
from device_sim.noise import Keys, normal, uniform

OVER_V, OVER_BACK_V = np.float32(3.65), np.float32(3.42)
"""A cell that stops the charge, and where all must be before it goes on (common BMS sheets)."""
UNDER_V, UNDER_BACK_V = np.float32(2.5), np.float32(2.9)
OPEN_OHM = np.float32(1e5)
DEAD_V = np.float32(0.3)
"""What a controller's terminals show when the pack is switched off and there is no sun."""
_BLEED_V = np.float32(3.40)
_BLEED_C = np.float32(0.003)
"""Resistors take about 60 mA from the full cells of a 20 Ah pack (passive balancing)."""
_ONCE = np.zeros(1, np.int64)


def _spread(keys: Keys, what: str, *, even: bool) -> Array:
    draw = uniform if even else normal
    return np.array([draw(keys, _ONCE, f"cell/{what}/{n}")[:, 0] for n in range(CELLS)])


@dataclass(slots=True)
class Packs:
    """The lithium packs among the systems: ``rows`` says which; arrays (4, packs) or (packs,).

    ``soc`` is each cell's own; ``weak`` 0..1 how much less than the best it is made to hold,
    ``leak_a`` its self-discharge. ``over`` and ``under``: charge or discharge is
    switched off. ``surge_v`` is how far a controller overshoots when its battery goes.
    """

    rows: NDArray[np.int64]
    rated_ah: Array
    weak: Array
    leak_a: Array
    surge_v: Array
    soc: Array
    capacity_ah: Array
    over: NDArray[np.bool_]
    under: NDArray[np.bool_]
    broken: NDArray[np.bool_]
    day: BatteryDay = field(init=False)

    @classmethod
    def of(cls, bank: BatteryBank, keys: Keys, soc: Array, capacity: Array) -> Self:
        """Packs as they are met: the more capacity is gone, the further their cells drifted."""
        rows = np.flatnonzero(bank.chemistry == 1)
        own = keys[rows]
        weak = _spread(own, "weak", even=True)
        weak -= weak.min(axis=0)
        drift = np.abs(_spread(own, "charge", even=False))
        drift *= 0.004 + 0.04 * np.maximum(1.0 - capacity[rows], 0.0)
        rated_ah = bank.rated_ah[rows]
        # Cells of one batch lose 1-3 % a month, some twice as much [K].
        leak = bank.self_discharge_a[rows] * np.exp(0.4 * _spread(own, "leak", even=False))
        none = np.zeros(rows.size, bool)
        return cls(
            rows=rows,
            rated_ah=rated_ah,
            weak=weak.astype(np.float32),
            leak_a=leak.astype(np.float32),
            surge_v=(0.6 * uniform(own, _ONCE, "pack/surge")[:, 0]).astype(np.float32),
            soc=(soc[rows] - drift).astype(np.float32),
            capacity_ah=np.tile(rated_ah, (CELLS, 1)),
            over=none.copy(),
            under=none.copy(),
            broken=none,
        )

    def begin_day(self, own: Array, lost: Array, renewed: NDArray[np.bool_], short: Array) -> Array:
        """Set the cells' capacities; returns usable over rated capacity, shape (packs,).

        All of shape (systems,): ``own`` is the share of the rating that age leaves, ``lost`` what a
        fault leaves of that in the weakest cell, ``short`` where a cell is shorted [V].
        """
        at = self.rows
        new = renewed[at]
        if new.any():
            self.soc[:, new] = self.soc[:, new].mean(axis=0)
        whole = own[at]
        spread = np.float32(0.03) + np.float32(0.4) * np.maximum(1.0 - whole, 0.0)
        kept = np.sqrt(lost[at]) * np.ones((CELLS, 1), np.float32)
        if at.size:
            kept[self.weak.argmax(axis=0), np.arange(at.size)] = lost[at]
        share = np.maximum((whole - spread * self.weak) * kept, 0.05)
        self.capacity_ah = (self.rated_ah * share).astype(np.float32)
        self.broken = short[at] > 0
        return self.usable_ah() / self.rated_ah

    def usable_ah(self) -> Array:
        """Charge between the first full and the first empty cell [Ah], shape (packs,)."""
        charge = self.soc * self.capacity_ah
        return charge.min(axis=0) + (self.capacity_ah - charge).min(axis=0)

    def pack_soc(self, usable_ah: Array) -> Array:
        """Charge that can still be taken out over ``usable_ah``, shape (packs,)."""
        left = (self.soc * self.capacity_ah).min(axis=0) / usable_ah
        return np.minimum(left, 1.0)

    def use(self, day: BatteryDay) -> None:
        """Take the day's constants; to be called once the capacities are set."""
        self.day = BatteryDay(
            **{f.name: getattr(day, f.name)[self.rows] for f in fields(BatteryDay)}
        )

    def circuit(self, state: BatteryState, circuit: Circuit) -> "Cells":
        """Put the packs into the circuit of all; returns their cells for the trips to look at."""
        at, day, share = self.rows, self.day, np.float32(1.0 / CELLS)
        emf = lfp_rest_v(self.soc)
        emf += STAY * share * state.polarisation_v[at]
        slow_out = (share * day.slow_discharge) / (self.soc + EMPTY_ROOM) - share * day.ohmic
        np.maximum(slow_out, 0.0, out=slow_out)
        discharge = share * day.ohmic + BUILD * slow_out
        circuit.emf_v[at] = emf.sum(axis=0)
        circuit.slow_ohm[1][at] = slow_out.sum(axis=0)
        circuit.discharge_ohm[at] = day.leads_ohm + discharge.sum(axis=0)
        charge = discharge
        if circuit.gas_a is not None and circuit.gas_per_v is not None:
            wall = share * day.full_wall
            slow_in = share * day.slow_charge + wall / (1 + 2 * FULL_ROOM - self.soc)
            charge = share * day.ohmic + BUILD * slow_in
            circuit.charge_v[at] = circuit.emf_v[at]
            circuit.slow_ohm[0][at] = slow_in.sum(axis=0)
            circuit.charge_ohm[at] = day.leads_ohm + charge.sum(axis=0)
            circuit.gas_a[at] = circuit.gas_per_v[at] = 0.0
        if self.over.any():
            self.over &= emf.max(axis=0) > OVER_BACK_V
        self.over |= self.broken
        self.under |= self.broken
        self._open(circuit)
        return Cells(emf, charge, discharge)

    def trip(self, cells: "Cells", circuit: Circuit, current_a: Array) -> NDArray[np.int64]:
        """Switch off what a current over all systems [A] drives past its limits; rows that were."""
        at = self.rows
        amps = current_a[at]
        lowest_v = cells.emf_v.min(initial=9.0) + amps.min(initial=0.0) * cells.discharge_ohm.max(
            initial=0.0
        )
        if lowest_v > UNDER_V and amps.max(initial=0.0) <= 0:
            return at[:0]  # a night without trouble
        ohm = np.where(amps > 0, cells.charge_ohm, cells.discharge_ohm)
        volts = cells.emf_v + amps * ohm
        over = (volts.max(axis=0) > OVER_V) & (amps > 0) & ~self.over
        under = (volts.min(axis=0) < UNDER_V) & (amps < 0) & ~self.under
        back = (cells.emf_v.min(axis=0) > UNDER_BACK_V) & (amps > 0) & ~self.broken
        self.over |= over
        self.under = (self.under & ~back) | under
        self._open(circuit)
        return at[over | under]

    def _open(self, circuit: Circuit) -> None:
        # In the dark both directions are one array, and nothing charges.
        if circuit.gas_a is not None and self.over.any():
            circuit.charge_ohm[self.rows[self.over]] = OPEN_OHM
        if self.under.any():
            circuit.discharge_ohm[self.rows[self.under]] = OPEN_OHM

    def pass_current(
        self, state: BatteryState, cells: "Cells", current_a: Array, flow: Flow
    ) -> None:
        """Move the cells on by a step; overwrites charge and ``flow`` (means of the cells)."""
        at, day, step_h = self.rows, self.day, np.float32(STEP_H)
        amps = current_a[at]
        lost = step_h * (day.side_share * np.maximum(amps, 0.0) + self.leak_a)
        full = cells.emf_v > _BLEED_V
        if full.any():
            full &= cells.emf_v > cells.emf_v.min(axis=0) + np.float32(0.01)
            lost += full * (step_h * _BLEED_C * self.rated_ah)
        wanted = self.soc + (amps * step_h - lost) / self.capacity_ah
        self.soc = np.minimum(np.maximum(wanted, 0.0), 1.0)
        flow.lost_ah[at] = lost.mean(axis=0)
        flow.clipped_ah[at] = ((self.soc - wanted) * self.capacity_ah).mean(axis=0)
        state.soc[at] = self.pack_soc(day.capacity_ah)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells in one step, arrays (4, packs): voltage behind a resistance of either direction."""

    emf_v: Array
    charge_ohm: Array
    discharge_ohm: Array
