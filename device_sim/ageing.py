"""How batteries age by the way they are treated: heat, depth, and days without a full charge.

Nothing bends the curve by decree. The same evening is a deeper one for a battery that has lost
capacity, and the loss goes with the square of the depth: that makes the knee. What is lost shows
in different ways: corroded grids raise the resistance, sulfated plates refuse charge and leave the
resistance alone, shed material does a little of both.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.battery import Condition
from device_sim.fleet import Fleet
from device_sim.grid import STEP_H
from device_sim.noise import uniform
from device_sim.trace import DayTrace

_CORROSION = np.array([6e-5, 2e-5], np.float32)
"""Share of the rating lost a day at 25 degC, by chemistry; doubles every 10 K [K]."""
_CYCLING = np.array([1.2e-3, 2e-4], np.float32)
"""Lost a day at a depth of one, with the square of the depth [K]."""
_SULFATION = np.array([6e-5, 0.0], np.float32)
"""Lost a day after two weeks without a full charge (incomplete recharge: Hund, Sandia) [K]."""
_FLAT = np.array([3e-4, 1e-4], np.float32)
"""Lost on a day spent wholly below a fifth of its charge [K]."""
_OHM_OF_CORROSION = 4.0
"""A battery that lost a fifth to corrosion conducts 0.55 of what it did: below 0.6 of the new
conductance a stationary battery very likely holds less than 80 % (the practice of IEEE 1188)."""
_OHM_OF_CYCLING = 1.0
_USUAL_FADE = 1.2e-4
"""The fade that makes a battery neither frail nor tough."""
_MOST_A_DAY = 0.004
_FULL_SOC = 0.97
_LOW_SOC = 0.2
_SULFATION_DAYS = 14.0
_LEAST = 0.15
_WORN = 0.60
_WALL_OF_SULFATE = np.float32(4.0)
_GAS_OF_AGE = np.float32(3.0)
"""Antimony that wanders to the negative plate makes an old battery gas several times as much
(Schiffer 2007)."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Share of the rating that a day costs a usual battery, by cause; arrays (systems,)."""

    corrosion: Array
    cycling: Array
    sulfation: Array

    @property
    def total(self) -> Array:
        """All of it."""
        return self.corrosion + self.cycling + self.sulfation


@dataclass(slots=True)
class Ageing:
    """State of every battery, arrays of shape (systems,).

    The share of the rating it still holds, its resistance over that when new, the share sulfated
    away, days since it was full and days it has been worn out.
    """

    capacity: Array
    ohm: Array
    sulfated: Array
    unfull_days: Array
    worn_days: Array

    @classmethod
    def of(cls, fleet: Fleet) -> Self:
        """Batteries as they are met: each has some of its life behind it."""
        none = np.zeros(len(fleet), np.float32)
        gone = np.maximum(1.0 - fleet.capacity_start, 0.0).astype(np.float32)
        # Half of what is gone was corrosion, a fifth sulfation.
        ohm = 1.0 + fleet.fade_ohm * gone * (0.5 * _OHM_OF_CORROSION + 0.3 * _OHM_OF_CYCLING)
        return cls(
            fleet.capacity_start.copy(), ohm.astype(np.float32), 0.2 * gone, none.copy(), none
        )

    def condition(self, capacity: Array, ohm: Array, short_v: Array) -> Condition:
        """The batteries of a day: ``capacity`` is usable over rated, ``ohm`` a fault's factor."""
        held = np.maximum(capacity, 0.1)
        return Condition(
            capacity=np.maximum(capacity, 0.02).astype(np.float32),
            ohm=self.ohm * ohm,
            reluctance=((1.0 + _WALL_OF_SULFATE * self.sulfated) / held).astype(np.float32),
            gassing=1.0 + _GAS_OF_AGE * np.maximum(1.0 - held, 0.0),
            short_v=short_v,
        )

    def pass_day(self, fleet: Fleet, trace: DayTrace, held: NDArray[np.bool_]) -> None:
        """Age by one day's treatment; those a fault has ``held`` below this do not count as worn.

        A fault's own loss comes on top and is not part of ``capacity``.
        """
        out_ah = np.maximum(-trace.battery_current_a, 0.0).sum(axis=0) * np.float32(STEP_H)
        depth = out_ah / (fleet.battery.rated_ah * self.capacity)
        full = trace.soc.max(axis=0) >= _FULL_SOC
        self.unfull_days = np.where(full, 0.0, self.unfull_days + 1.0).astype(np.float32)
        flat = (trace.soc < _LOW_SOC).mean(axis=0, dtype=np.float32)
        warm = trace.battery_temperature_c.mean(axis=0)
        loss = loss_a_day(fleet.battery.chemistry, depth, (warm, self.unfull_days, flat))
        frailty = fleet.capacity_per_day / np.float32(_USUAL_FADE)
        total = loss.total
        scale = np.minimum(frailty, _MOST_A_DAY / np.maximum(total, 1e-9))
        self.capacity = np.maximum(self.capacity - total * scale, _LEAST).astype(np.float32)
        harder = _OHM_OF_CORROSION * loss.corrosion + _OHM_OF_CYCLING * loss.cycling
        self.ohm = (self.ohm + fleet.fade_ohm * scale * harder).astype(np.float32)
        self.sulfated = (self.sulfated + scale * loss.sulfation).astype(np.float32)
        worn = (self.capacity < _WORN) & ~held
        self.worn_days = np.where(worn, self.worn_days + 1.0, 0.0).astype(np.float32)

    def renewed(self, fleet: Fleet, day: int, replaced: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Put new batteries where ``replaced`` or where people have had enough of a worn one.

        Returns where. People bear with a worn battery for three weeks to four months [K].
        """
        today = np.array([day], np.int64)
        patience = 20.0 + 100.0 * uniform(fleet.keys, today[:1] * 0, "battery/patience")[:, 0]
        new = replaced | (self.worn_days > patience)
        if new.any():
            fresh = 0.95 + 0.07 * uniform(fleet.keys, today, "battery/fresh")[:, 0]
            self.capacity = np.where(new, fresh, self.capacity).astype(np.float32)
            self.ohm = np.where(new, np.float32(1.0), self.ohm)
            self.sulfated = self.sulfated * ~new
            self.unfull_days = self.unfull_days * ~new
            self.worn_days = self.worn_days * ~new
        return new


def loss_a_day(
    chemistry: NDArray[np.int32], depth: Array, stress: tuple[Array, Array, Array]
) -> Loss:
    """What a day costs a usual battery.

    ``depth`` is the charge drawn over the capacity left; ``stress`` the mean temperature [degC],
    the days since the last full charge and the share of the day spent flat.
    """
    battery_c, unfull_days, flat = stress
    short = np.minimum(unfull_days / np.float32(_SULFATION_DAYS), 2.0)
    return Loss(
        corrosion=_CORROSION[chemistry] * np.exp2((battery_c - 25.0) / 10.0),
        cycling=_CYCLING[chemistry] * depth**2,
        sulfation=_SULFATION[chemistry] * short + _FLAT[chemistry] * flat,
    )
