"""What the status door answers, on a real socket."""

import json
import socket
import urllib.error
import urllib.request
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collector.ingest.worker import IngestCounts
from collector.watch.metrics import Numbers, exposition
from collector.watch.status_door import StatusDoor
from tests.unit.collector.watch.test_watch import World


@pytest.fixture
def world():
    world = World()
    counts = IngestCounts(deliveries=4, stored=90, retries=2)
    counts.refused_by["serial not assigned"] += 3
    numbers = Numbers(
        world.watch._watched,
        world.watch,
        counts,
        lambda: 5,
        Counter({200: 7, 503: 1}),
        lambda: 61.0,
    )
    door = StatusDoor("127.0.0.1", 0, world.watch, lambda: exposition(numbers))
    door.start()
    world.port = door.port
    yield world
    door.stop()


def ask(world, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{world.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def metrics(world):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(ask(world, "/metrics")[1])
        for sample in family.samples
    }


def test_ready_tells_the_truth(world):
    assert ask(world, "/readyz")[0] == 200
    world.filled = 0.96
    status, text = ask(world, "/readyz")
    told = json.loads(text)
    assert (status, told["status"], told["checks"]["spool"]) == (503, "not ready", "96% full")
    assert "spool" in told["alarms"]
    assert ask(world, "/healthz") == (200, '{"status":"ok"}'), "no reason to restart it"
    assert ask(world, "/else")[0] == 404


def test_numbers_are_named_with_their_unit_and_never_by_device(world):
    found = metrics(world)
    assert found["suluh_ingest_readings_total",] == 90
    assert found["suluh_ingest_refused_readings_total", "serial not assigned"] == 3
    assert found["suluh_spool_filled_ratio",] == 0.1
    assert found["suluh_spool_oldest_age_seconds",] == 60
    assert found["suluh_http_intake_answers_total", "503"] == 1
    assert found["suluh_collector_ready",] == 1
    assert all(name.startswith("suluh_") for name, *_ in found)
    assert not any("KPK" in label for key in found for label in key)


def test_a_spool_that_cannot_be_read_is_a_number_too(world):
    world.spool_error = "gone"
    found = metrics(world)
    assert (found["suluh_spool_available",], found["suluh_collector_ready",]) == (0, 0)


def test_a_caller_that_says_nothing_holds_up_nobody(world):
    with socket.create_connection(("127.0.0.1", world.port)):
        assert ask(world, "/healthz")[0] == 200
