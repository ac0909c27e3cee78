"""A small record on disk: a village of our own physics, in the replay format."""

import csv
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.indicators.day_view import FIELDS_READ
from analytics.replay.registry import COLUMNS
from tests.fixtures.village_physics import VILLAGE, Fleet, run, systems

DELAY_S = 30


def write_registry(path, serials, **changes):
    """One row a serial; ``changes`` maps a column to what stands there for all."""
    usual = {
        "village": VILLAGE.name,
        "district": VILLAGE.district,
        "kind": "home",
        "panel_w": "50",
        "battery_ah": "50",
        "battery_chemistry": "lead_acid",
        "nominal_v": "12",
        "installed_on": date(2025, 6, 1).isoformat(),
        "latitude": str(VILLAGE.latitude),
        "longitude": str(VILLAGE.longitude),
        "timezone": VILLAGE.timezone,
        "gateway": "",
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for i, serial in enumerate(serials):
            writer.writerow({"serial": serial, "household": f"H{i}"} | usual | changes)


def readings_of(block):
    """A block as a table of the replay format, in order of receipt."""
    row, column = np.nonzero(block.rows)
    time = block.start_s + column * block.step_s
    order = np.lexsort((row, time))
    row, column, time = row[order], column[order], time[order]
    values = {
        name: pa.array(block[name][row, column], from_pandas=True)
        for name in FIELDS_READ
        if name in block.values
    }
    serial = pa.array(np.array(block.labels)[row].tolist())
    return pa.table({"serial": serial, "time": time, "received": time + DELAY_S} | values)


def write_days(table, folder):
    """A file for each UTC day of receipt."""
    folder.mkdir(parents=True, exist_ok=True)
    day = table.column("received").to_numpy() // 86_400
    for one in np.unique(day).tolist():
        pq.write_table(table.filter(pa.array(day == one)), folder / f"{one}.parquet")


def record_of(fleet, folder):
    """Registry and readings of a fleet that has run."""
    block = run(fleet)
    folder.mkdir(exist_ok=True)
    write_registry(folder / "registry.csv", block.labels)
    table = readings_of(block)
    write_days(table, folder / "readings")
    return table


@pytest.fixture
def village():
    """A function: a fleet of so many homes and days, with a panel gone since a day."""

    def made(count=7, days=9, *, gone_from=None):
        fleet = Fleet(systems(count), days, seed=9)
        if gone_from is not None:
            fleet.connected[2, gone_from:] = False
        return fleet

    return made
