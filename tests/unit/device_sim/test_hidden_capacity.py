from datetime import date

import numpy as np
import pyarrow.parquet as pq
import pytest

from device_sim.fault import Episode
from device_sim.hidden_capacity import SCHEMA, capacity_table, write_capacity
from device_sim.truth import Record
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, timeline_of

DEAD, WELL = 1, 2
DIES_S = (DAY + 5) * DAY_S
ABRUPT = Episode(
    "battery_failed_abruptly",
    SERIALS[DEAD],
    DIES_S,
    DIES_S + 4 * DAY_S,
    0.7,
    {"shorted_cells": 0.0, "ohm": 4.0},
)


@pytest.fixture(scope="module")
def timeline():
    told = timeline_of(episodes=[ABRUPT])
    told.day(DAY + 14)
    return told


@pytest.fixture(scope="module")
def rows(timeline):
    return capacity_table(timeline.fleet.serials, timeline.record).to_pylist()


def of(rows: list[dict], row: int) -> list[dict]:
    return [r for r in rows if r["serial"] == SERIALS[row]]


def test_every_system_has_a_row_each_seventh_day(rows):
    assert len(rows) == 3 * len(SERIALS)
    days = [date(2026, 2, 16), date(2026, 2, 23), date(2026, 3, 2)]
    assert [r["day"] for r in of(rows, WELL)] == days


def test_it_is_the_capacity_of_the_record_with_what_a_fault_takes_of_it(rows, timeline):
    for place, row in enumerate(of(rows, DEAD)):
        assert row["capacity"] == timeline.record.days[7 * place].capacity[DEAD]
    before, during, after = (r["capacity"] for r in of(rows, DEAD))
    assert during < 0.4 < before
    assert after > 0.9


def test_a_new_battery_is_told_on_the_first_row_after_it(rows):
    assert [r["replaced"] for r in of(rows, DEAD)] == [False, False, True]
    assert not any(r["replaced"] for r in of(rows, WELL))


def test_without_a_day_there_is_no_row():
    assert capacity_table(SERIALS, Record()).num_rows == 0


def test_parts_of_a_fleet_become_one_file(tmp_path, timeline):
    table = capacity_table(timeline.fleet.serials, timeline.record)
    file = tmp_path / "capacity.parquet"
    write_capacity([table, table], file)
    read = pq.read_table(file)
    assert read.schema.equals(SCHEMA)
    assert read.num_rows == 2 * table.num_rows
    assert np.array_equal(read["capacity"].to_numpy()[: table.num_rows], table["capacity"])
    assert [p.name for p in tmp_path.iterdir()] == ["capacity.parquet"]
