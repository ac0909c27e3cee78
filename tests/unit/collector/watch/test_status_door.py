"""What the status door answers, on a real socket."""

import json
import socket
import urllib.error
import urllib.request
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collector.ingest.worker import IngestCounts
from collector.watch.measured import Kept, Measured
from collector.watch.metrics import Numbers, exposition
from collector.watch.spread import Spread
from collector.watch.status_door import StatusDoor
from tests.unit.collector.watch.test_watch import World


@pytest.fixture
def world():
    world = World()
    counts = IngestCounts(deliveries=4, stored=90, retries=3)
    counts.refused_by["serial not assigned"] += 3
    counts.retries_by.update(["StoreUnavailableError", "OperationalError", "KeyError"])
    writes, delays = Spread([0.1, 1.0]), Spread([1.0])
    writes.note([0.05, 0.5, 7.0])
    measured = Measured(
        counts,
        {"stored": writes},
        {"live": delays},
        lambda: 11,
        lambda: 12,
        lambda: (13, 1_400),
        lambda: 5,
    )
    world.kept = Kept(2, 40, 6)
    numbers = Numbers(
        world.watch._watched,
        world.watch,
        measured,
        lambda: world.kept,
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
    assert found["suluh_ingest_repeated_readings_total",] == 11
    assert found["suluh_resend_commands_total",] == 12
    assert found["suluh_entry_waiting_messages",] == 13
    assert found["suluh_entry_waiting_bytes",] == 1_400
    assert found["suluh_spool_retries_total",] == 5
    assert found["suluh_collector_ready",] == 1
    assert all(name.startswith("suluh_") for name, *_ in found)
    assert not any("KPK" in label for key in found for label in key)


def test_retries_are_told_by_what_was_in_the_way(world):
    found = metrics(world)
    causes = {label[0]: n for (name, *label), n in found.items() if "ingest_retries_t" in name}
    assert causes == {"store": 1, "database": 1, "spool": 0, "other": 1}


def test_writes_are_counted_by_how_long_they_took(world):
    found = metrics(world)
    by_length = {
        of[-1]: n for (name, *of), n in found.items() if name == "suluh_store_write_seconds_bucket"
    }
    assert by_length == {"0.1": 1, "1": 2, "+Inf": 3}
    assert found["suluh_store_write_seconds_sum", "stored"] == pytest.approx(7.55)
    assert found["suluh_store_write_seconds_count", "stored"] == 3


def test_what_stands_open_in_the_database_is_told_while_it_answers(world):
    found = metrics(world)
    assert found["suluh_database_answers",] == 1
    assert found["suluh_holes_open_devices",] == 2
    assert found["suluh_holes_open_readings",] == 40
    assert found["suluh_dead_letters_open_readings",] == 6
    world.kept = None
    found = metrics(world)
    assert found["suluh_database_answers",] == 0
    assert not [key for key in found if "holes" in key[0] or "dead_letters" in key[0]]


def test_a_spool_that_cannot_be_read_is_a_number_too(world):
    world.spool_error = "gone"
    found = metrics(world)
    assert (found["suluh_spool_available",], found["suluh_collector_ready",]) == (0, 0)


def test_a_caller_that_says_nothing_holds_up_nobody(world):
    with socket.create_connection(("127.0.0.1", world.port)):
        assert ask(world, "/healthz")[0] == 200
