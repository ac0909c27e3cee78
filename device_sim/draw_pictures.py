"""Draw the pictures of README.md from real runs.

    python -m device_sim.draw_pictures --registry deploy/pilot/registry.csv --out PICTURES

``--real FILE`` adds the recorded days: a table with ``battery_voltage_v`` and ``charge_current_a``
in quarter hours from midnight.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from collector.domain.registry import read_registry
from device_sim.arrays import Array
from device_sim.discharge import PYBAMM_V, REMOVED_SHARE, model_v
from device_sim.drive import fit_draw, half_gone
from device_sim.fleet import fleet_of
from device_sim.picture import Line, Picture, quantile_line
from device_sim.population import Population, healthy_lead_acid_homes
from device_sim.run import Simulation
from device_sim.timeline import SETTLING_DAYS

FIRST_DAY = 20_545
"""The first of April 2026: two months between Timor's rain and Maluku's."""
_QUANTILES = tuple(range(2, 99, 2))
_DRAWS_A = np.arange(0.0, 0.1005, 0.001)


def real_days(file: Path) -> tuple[Array, Array]:
    """Charging current [A] and battery voltage [V] of a record, both of shape (steps,)."""
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    charge, volts = (
        np.array([float(row[name]) for row in rows])
        for name in ("charge_current_a", "battery_voltage_v")
    )
    return charge, volts


def draw_real_days(file: Path) -> Picture:
    """The record and the model beside it: a large new battery, and a small one half worn out."""
    charge, volts = real_days(file)
    hours = np.arange(volts.size) / 4.0
    picture = Picture(
        "Three recorded days (12 V off-grid system, May 2020) and the model",
        "hours",
        "battery V",
        (0.0, 72.0),
        (12.4, 14.9),
        [Line("recorded", hours, volts, dashed=True)],
    )
    worn = half_gone(_DRAWS_A.size)
    for colour, (what, rated_ah, condition) in enumerate(
        (("new", 65.0, None), ("worn", 12.0, worn))
    ):
        fit = fit_draw((charge, volts), rated_ah, 25.0, _DRAWS_A, condition)
        name = f"{rated_ah:.0f} Ah {what}, {1000 * fit.draw_a:.0f} mA"
        picture.lines.append(Line(name, hours, fit.voltage_v, colour + 1))
    return picture


def draw_discharge() -> Picture:
    """Constant discharge of a 17 Ah battery: here, and by PyBaMM's full model."""
    picture = Picture(
        "Discharge of a 17 Ah battery at C/20 and C/5",
        "share of 17 Ah taken out (%)",
        "battery V",
        (0.0, 90.0),
        (11.3, 13.0),
    )
    taken = 100.0 * np.array(REMOVED_SHARE)
    for colour, hours in enumerate((20, 5)):
        name = f"PyBaMM C/{hours}"
        picture.lines.append(Line(name, taken, np.array(PYBAMM_V[hours]), colour, dashed=True))
        picture.lines.append(Line(f"here C/{hours}", taken, model_v(hours), colour))
    return picture


def draw_population(population: Population) -> dict[str, Picture]:
    """Cumulative curves of the homes with the field's 10, 50 and 90 % on them."""
    return {
        "use.svg": _against_field(population, 0, (0.0, 8.0), "Ah a day"),
        "median-voltage.svg": _against_field(population, 1, (12.4, 13.3), "V"),
        "out-in.svg": _against_field(population, 2, (0.7, 1.0), "Ah out / Ah in"),
    }


def _against_field(
    population: Population, number: int, limits: tuple[float, float], unit: str
) -> Picture:
    measure = population.measures()[number]
    known = np.array([v for v in measure.field if v is not None])
    picture = Picture(f"{measure.name}: homes up to a value", unit, "% of homes", limits, (0, 100))
    picture.lines.append(quantile_line("simulated", _QUANTILES, measure.values))
    picture.lines.append(Line("field (10, 50, 90 %)", known, np.array([10.0, 50.0, 90.0]), 1))
    return picture


def lived(registry: Path, days: int, seed: int) -> Population:
    """The healthy lead-acid homes of a registry after so many days."""
    known = read_registry(registry)
    fleet = fleet_of(known.villages, known.systems, known.assignments, seed)
    population = Population(healthy_lead_acid_homes(fleet, []))
    simulation = Simulation(fleet, seed, FIRST_DAY - SETTLING_DAYS, [])
    for day in range(days + SETTLING_DAYS):
        trace = simulation.advance([])
        if day >= SETTLING_DAYS:
            population.add(trace)
    return population


def main(arguments: Sequence[str] | None = None) -> None:
    """Write every picture into the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registry", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    pictures = draw_population(lived(given.registry, given.days, given.seed))
    pictures["discharge.svg"] = draw_discharge()
    if given.real:
        pictures["real-days.svg"] = draw_real_days(given.real)
    for name, picture in pictures.items():
        (given.out / name).write_text(picture.svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
