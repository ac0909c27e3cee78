"""The fleet's healthy homes as a population, beside what was measured in the field.

The field's figures are of 1,027 lead-acid home systems (Aitio and Howey, Joule 5(12), 2021).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.fleet import Fleet
from device_sim.grid import STEP_H
from device_sim.trace import DayTrace

_PERCENTILES = (10, 50, 90)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One line of the table: 10, 50 and 90 % of the systems here and in the field."""

    name: str
    here: tuple[float, float, float]
    field: tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of every system (of every moment, for temperature) and the field's 10, 50, 90 %."""

    name: str
    values: Array
    field: tuple[float | None, float | None, float | None]


@dataclass
class Population:
    """Sums over the days of a run, for the systems picked by ``chosen`` (a mask)."""

    chosen: NDArray[np.bool_]
    _volts: list[Array] = field(default_factory=list)
    _warmth: list[Array] = field(default_factory=list)
    _out_ah: list[Array] = field(default_factory=list)
    _in_ah: list[Array] = field(default_factory=list)

    def add(self, trace: DayTrace) -> None:
        """Take in one day."""
        current = trace.battery_current_a[:, self.chosen]
        self._volts.append(trace.battery_voltage_v[:, self.chosen])
        self._warmth.append(trace.battery_temperature_c[:, self.chosen])
        self._out_ah.append(-np.minimum(current, 0.0).sum(axis=0) * STEP_H)
        self._in_ah.append(np.maximum(current, 0.0).sum(axis=0) * STEP_H)

    def statistics(self) -> list[Statistic]:
        """The table. Needs at least one day."""
        return [_line(m.name, m.values, m.field) for m in self.measures()]

    def measures(self) -> list[Measure]:
        """What the table sums up. Needs at least one day."""
        volts = np.concatenate(self._volts)
        out_ah, in_ah = np.sum(self._out_ah, axis=0), np.sum(self._in_ah, axis=0)
        warmth = np.concatenate(self._warmth).ravel()
        return [
            Measure("battery Ah out a day", out_ah / len(self._out_ah), (1.7, 2.9, 4.7)),
            Measure("median battery V", np.median(volts, axis=0), (12.70, 12.91, 13.11)),
            Measure("Ah out / Ah in", out_ah / np.maximum(in_ah, 0.1), (0.81, 0.89, 0.93)),
            Measure("highest battery V", volts.max(axis=0), (14.5, None, 14.75)),
            Measure("battery temperature degC", warmth, (24.0, None, 33.0)),
        ]


def healthy_lead_acid_homes(fleet: Fleet, faulty: Sequence[str]) -> NDArray[np.bool_]:
    """Which systems are comparable with the field's: 12 V lead-acid homes without a fault."""
    out = frozenset(faulty)
    home = ~fleet.habits.street & ~fleet.habits.facility & (fleet.battery.chemistry == 0)
    return home & np.array([serial not in out for serial in fleet.serials])


def as_table(statistics: Sequence[Statistic]) -> str:
    """The lines as text, one a row."""
    head = f"{'10 / 50 / 90 % of homes':<26}{'simulated':>24}{'field':>24}"
    rows = [f"{s.name:<26}{_triple(s.here):>24}{_triple(s.field):>24}" for s in statistics]
    return "\n".join([head, *rows])


def _line(
    name: str, values: Array, measured: tuple[float | None, float | None, float | None]
) -> Statistic:
    low, middle, high = (float(v) for v in np.percentile(values, _PERCENTILES))
    return Statistic(name, (low, middle, high), measured)


def _triple(values: Sequence[float | None]) -> str:
    return " / ".join("-" if v is None else f"{v:.2f}" for v in values)
