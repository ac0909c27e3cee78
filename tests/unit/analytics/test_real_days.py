"""Three real days of one off-grid system: no crash, nothing invented."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.explain import explain
from analytics.nightly import run_nightly
from analytics.status import SystemStatus
from collector.domain.block import block_of
from collector.domain.clock import DAY_S
from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet as Registry
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.memory_book import MemoryBook

RECORD = Path(__file__).resolve().parents[4] / "shared/data/real/offgrid_12v_2020-05.csv"
ZONE = "America/New_York"
FIRST = date(2020, 5, 18)

pytestmark = pytest.mark.skipif(
    not RECORD.exists(), reason="the three real days may not be copied; they lie in ../shared/data"
)


@pytest.fixture(scope="module")
def recorded():
    with RECORD.open(newline="") as file:
        rows = list(csv.DictReader(file))
    zone = ZoneInfo(ZONE)
    times = [
        int(datetime.fromisoformat(r["time_us_eastern"]).replace(tzinfo=zone).timestamp())
        for r in rows
    ]
    values = np.full((len(rows), len(FIELDS)), np.nan)
    for name in ("pv_voltage_v", "pv_current_a", "battery_voltage_v", "load_current_a"):
        values[:, FIELD_INDEX[name]] = [float(r[name]) for r in rows]
    batch = ReadingBatch.of("REAL-1", times, values)
    start = times[0] // DAY_S * DAY_S - DAY_S
    fields = [f.name for f in FIELDS]
    return block_of(batch, ("REAL-1",), (start, start + 6 * DAY_S), 900, fields)


@pytest.fixture(scope="module")
def registry():
    system = System(
        "REAL", Kind.HOME, "Yard", "", 50.0, 35.0, Chemistry.LEAD_ACID, 12.0, date(2020, 1, 1)
    )
    return Registry(
        {"Yard": Village("Yard", "", "", ZONE, 40.0, -75.0)},
        (system,),
        (Assignment("REAL-1", "REAL", 1_500_000_000),),
    )


def test_no_night_of_them_opens_a_ticket(recorded, registry):
    book = MemoryBook()
    nights = [FIRST + timedelta(i) for i in range(6)]
    summary = run_nightly(ArrayStore(recorded), registry, book, nights)
    assert summary.nights == 6
    assert book.tickets == {}
    assert book.states()["REAL"].status is SystemStatus.NEW


def test_the_numbers_are_those_of_the_record(recorded, registry):
    told = explain(ArrayStore(recorded), registry, "REAL", date(2020, 5, 22))
    day = told.days.index(date(2020, 5, 19))
    value = {i["name"]: i["values"][day] for i in told.indicators}
    assert value["battery_v_max"] == pytest.approx(14.5, abs=0.2)
    assert value["dawn_v"] == pytest.approx(12.63, abs=0.05)
    assert value["full_h"] > 3
    assert value["rows"] >= 95
