"""Every query of the dashboards, run by a real InfluxDB on readings that the store wrote."""

from __future__ import annotations

import csv
import io
import json
import time
import urllib.request

import numpy as np
import pytest

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.store.influx import InfluxStore
from deploy.grafana import build

BOARDS = {name: json.loads(content) for name, content in build.files().items()}
PANELS = [
    pytest.param(panel["targets"][0]["query"], id=f"{name}: {panel['title']}")
    for name, board in BOARDS.items()
    for panel in board["panels"]
    if panel["datasource"] == build.DATASOURCE
]
VARIABLES = {
    each["name"]: each["query"] for board in BOARDS.values() for each in board["templating"]["list"]
}


@pytest.fixture(scope="module")
def ask(influxdb):
    """A function that runs a query as Grafana would, on one device's last day."""
    bucket = influxdb.new_bucket()
    now_s = int(time.time())
    values = np.array([[field.minimum + 1.0 for field in FIELDS]] * 96)
    batch = ReadingBatch.of("KPK-0001", now_s - 900 * np.arange(96), values)
    batch.villages = ("Kusi Utara",)
    store = InfluxStore(influxdb.url, influxdb.token, influxdb.org, bucket)
    store.write(batch)
    store.close()
    filled = {
        f'"{build.BUCKET}"': f'"{bucket}"',
        "v.timeRangeStart": "-24h",
        "v.timeRangeStop": "now()",
        "v.windowPeriod": "15m",
        "${village}": "Kusi Utara",
        "${serial}": "KPK-0001",
    }

    def run(query: str) -> list[dict[str, str]]:
        for there, here in filled.items():
            query = query.replace(there, here)
        request = urllib.request.Request(
            f"{influxdb.url}/api/v2/query?org={influxdb.org}",
            data=query.encode(),
            headers={
                "Authorization": f"Token {influxdb.token}",
                "Content-Type": "application/vnd.flux",
                "Accept": "application/csv",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            tables = answer.read().decode().replace("\r\n", "\n").strip().split("\n\n")
        return [row for table in tables for row in csv.DictReader(io.StringIO(table))]

    return run


@pytest.mark.parametrize("query", PANELS)
def test_every_panel_has_something_to_show(ask, query):
    rows = ask(query)
    assert rows
    assert all(row["_value"] for row in rows)


def test_the_fleet_counts_its_devices(ask):
    (stat,) = (p for p in BOARDS["fleet.json"]["panels"] if p["type"] == "stat")
    assert [row["_value"] for row in ask(stat["targets"][0]["query"])] == ["1"]


def test_a_panel_shows_the_value_that_was_written(ask):
    query = build.averaged("battery_temperature_c", where=' and r.serial == "${serial}"')
    field = next(field for field in FIELDS if field.name == "battery_temperature_c")
    assert {float(row["_value"]) for row in ask(query)} == {field.minimum + 1.0}


def test_the_choices_are_the_villages_and_their_devices(ask):
    assert [row["_value"] for row in ask(VARIABLES["village"])] == ["Kusi Utara"]
    assert [row["_value"] for row in ask(VARIABLES["serial"])] == ["KPK-0001"]
