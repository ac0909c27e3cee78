"""kill -9 of the collector, the broker, the store and all of them: nothing lost, nothing twice."""

import pytest

from tests.bench.faults import measure_faults
from tests.servers.influxdb import influx_server

ROUNDS = 10
"""On each store; `suluh bench faults` makes as many as one likes."""


@pytest.fixture(name="own_influxdb")
def own_influxdb_of(tmp_path):
    with influx_server(tmp_path / "influxdb") as server:
        yield server


def holds(told):
    print(told)
    assert told["unacknowledged_messages"] == 0
    assert (told["lost"], told["duplicates"], told["spooled_messages"]) == (0, 0, 0)
    assert told["sent"] == told["stored"] + told["dead_letters"]
    assert told["dead_letters"] > 0
    same = ("sent", "stored", "dead_letters")
    assert [told["ledger"][name] for name in same] == [told[name] for name in same]
    assert [told["ledger"][name] for name in ("spooled", "at_device", "lost_holes")] == [0, 0, 0]
    assert told["sent"] > 1_000


def test_on_the_embedded_store(new_mosquitto, tmp_path):
    told = measure_faults(tmp_path, new_mosquitto(), None, ROUNDS, 1, print)
    assert set(told["killed"]) == {"collector", "broker", "all"}
    holds(told)


@pytest.mark.influxdb
def test_on_influxdb(new_mosquitto, own_influxdb, tmp_path):
    told = measure_faults(tmp_path, new_mosquitto(), own_influxdb, ROUNDS, 2, print)
    assert set(told["killed"]) == {"collector", "broker", "store", "all"}
    holds(told)
