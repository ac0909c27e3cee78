"""Three real days of a 12 V off-grid system: device -> mosquitto -> collector -> InfluxDB -> API.

The record's times are those of New York; its charge current is the controller's output, not the
net battery current, which is left missing; its state of charge is a fraction.
"""

import csv
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from analytics.prognosis.repository import SqlForecastBook
from analytics.tickets.repository import SqlTicketBook
from api.app import create_app
from api.services import Services
from collector.bootstrap import open_database
from collector.fleet.repository import SqlFleet
from collector.settings import CollectorSettings
from collector.store.influx import InfluxStore
from tests.fixtures.running_collector import collector_on, eventually
from tests.fixtures.small_fleet import fleet

RECORD = Path(__file__).parents[3] / "shared" / "data" / "real" / "offgrid_12v_2020-05.csv"
DIRECT = ("pv_voltage_v", "pv_current_a", "battery_voltage_v", "load_voltage_v", "load_current_a")


def real_readings():
    """(time, fields) of every row of the record, in our words and units."""
    new_york = ZoneInfo("America/New_York")
    with RECORD.open() as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["time_us_eastern"]).replace(tzinfo=new_york)
            fields = {name: float(row[name]) for name in DIRECT}
            fields["soc_percent"] = round(float(row["soc_fraction"]) * 100, 6)
            yield int(moment.timestamp()), fields


@pytest.mark.mosquitto_pub
@pytest.mark.skipif(not RECORD.exists(), reason="the real record lies beside the checkout only")
def test_what_was_measured_is_what_the_api_shows(new_mosquitto, influxdb, tmp_path):
    broker = new_mosquitto()
    sent = dict(real_readings())
    store = InfluxStore(influxdb.url, influxdb.token, influxdb.org, influxdb.new_bucket())
    with collector_on(broker, tmp_path, fleet(), store) as (_, _, letters):
        lines = "".join(
            json.dumps({"sn": "KPK-0001", "ts": time_s, "d": fields}) + "\n"
            for time_s, fields in sent.items()
        )
        subprocess.run(
            ["mosquitto_pub", "-h", broker.host, "-p", str(broker.port), "-q", "1", "-l", "-t",
             "shs/v1/KPK-0001/data"],
            input=lines.encode(),
            check=True,
            timeout=60,
        )  # fmt: skip
        eventually(lambda: store.count() == len(sent))
        assert letters.count_readings() == 0
        shown = history_through_the_api(store, tmp_path, min(sent), max(sent))
    assert len(sent) > 280
    assert shown == sent


def history_through_the_api(store, folder, first_s, last_s):
    """(time -> fields that were measured) as a client of the API gets them."""
    engine = open_database(CollectorSettings(data_dir=folder))
    app = create_app(
        Services(
            store,
            SqlFleet(engine),
            SqlTicketBook(engine),
            SqlForecastBook(engine),
            None,
            lambda: last_s + 60.0,
        )
    )
    client = TestClient(app)
    found = {}
    start = datetime.fromtimestamp(first_s, UTC)
    while start.timestamp() <= last_s:
        end = start + timedelta(days=1)
        answer = client.get(
            "/api/v1/systems/A/readings",
            params={"start": start.isoformat(), "end": end.isoformat()},
        )
        assert answer.status_code == 200, answer.text
        body = answer.json()
        for i, moment in enumerate(body["time"]):
            time_s = int(datetime.fromisoformat(moment).timestamp())
            values = {k: v[i] for k, v in body["columns"].items() if v[i] is not None}
            found[time_s] = values
        start = end
    engine.dispose()
    return found
