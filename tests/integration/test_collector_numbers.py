"""The numbers of a real collector on a real broker: each part's are its own."""

import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collector.bootstrap import open_database
from collector.settings import CollectorSettings
from collector.watch.bootstrap import build_status_door
from tests.fixtures.running_collector import collector_on, eventually
from tests.fixtures.small_fleet import fleet
from tests.integration.test_collector import message, publish

DEVICE = "shs/v1/KPK-0001/data"


def numbers(port):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name.removeprefix("suluh_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.mosquitto_pub
def test_what_came_again_what_is_missing_and_how_long_it_took(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    with collector_on(broker, tmp_path, fleet()) as (collector, store, letters):
        settings = CollectorSettings(data_dir=tmp_path, status_port=0)
        publish(broker, DEVICE, message("KPK-0001", 0, 10))
        eventually(lambda: store.count() == 10)
        publish(broker, DEVICE, message("KPK-0001", 5, 10))
        publish(broker, DEVICE, message("KPK-0001", 20, 5))
        publish(broker, DEVICE, b"{broken")
        eventually(lambda: store.count() == 20 and letters.count_readings() == 1)
        eventually(lambda: collector.idle and collector.worker.counts.deliveries == 4)
        engine = open_database(settings)
        door = build_status_door(settings, collector, engine)
        door.start()
        try:
            found = numbers(door.port)
        finally:
            door.stop()
            engine.dispose()
    batches = found["ingest_batches_total",]
    assert found["ingest_repeated_readings_total",] == 5
    assert (found["holes_open_devices",], found["holes_open_readings",]) == (1, 5)
    assert found["dead_letters_open_readings",] == 1
    assert found["ingest_delay_seconds_count", "live"] == 1, "of what cannot be read nobody knows"
    assert found["ingest_delay_seconds_count", "backlog"] == 3
    assert 1 <= found["store_write_seconds_count", "stored"] <= batches
    assert 0 < found["store_write_seconds_sum", "stored"] <= found["ingest_busy_seconds_total",]
    assert found["entry_waiting_messages",] == found["entry_waiting_bytes",] == 0
    assert sum(n for (name, *_), n in found.items() if name == "ingest_retries_total") == 0
