"""The collector on real servers: mosquitto, DuckDB or InfluxDB, and failures between."""

import json
import subprocess

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from collector.intake import mqtt as mqtt_door
from collector.spool import group_commit
from collector.spool.port import SpoolFullError
from collector.store.influx import InfluxStore
from tests.fixtures.running_collector import collector_on, eventually
from tests.fixtures.small_fleet import fleet

START_S = 1_732_233_600


def message(serial, first, rows):
    hd = [[900 * i, 1812, 245, 1334, 190, 61, 312] for i in range(rows)]
    return json.dumps(
        {"sn": serial, "df": 1, "ts": START_S + 900 * first, "b": 1, "rc": first, "hd": hd}
    )


def publish(broker, topic, payload, *options):
    """Send as a foreign device would, waiting for the broker's acknowledgement."""
    client = ["mosquitto_pub", "-h", broker.host, "-p", str(broker.port), "-q", "1"]
    subprocess.run(
        [*client, "-t", topic, "-s", *options],
        input=payload if isinstance(payload, bytes) else payload.encode(),
        check=True,
        timeout=30,
    )


@pytest.mark.mosquitto_pub
def test_from_a_device_to_the_store_and_an_acknowledgement_back(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    acks = {}
    listener = mqtt.Client(CallbackAPIVersion.VERSION2)
    listener.on_message = lambda _c, _d, m: acks.update({m.topic: json.loads(m.payload)["acks"]})
    listener.connect(broker.host, broker.port)
    listener.subscribe("shs/v1/+/ack")
    listener.loop_start()
    with collector_on(broker, tmp_path, fleet()) as (_, store, letters):
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 0, 10))
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 5, 10))
        publish(broker, "shs/v1/KPK-0001/data", b"{broken")
        publish(broker, "shs/v1/gw-boti/data", f"[{message('KPK-0002', 0, 3)}]")
        eventually(lambda: store.count() == 18 and letters.count_readings() == 1)
        wanted = {
            "shs/v1/KPK-0001/ack": [{"sn": "KPK-0001", "b": 1, "rc": 14}],
            "shs/v1/gw-boti/ack": [{"sn": "KPK-0002", "b": 1, "rc": 2}],
        }
        eventually(lambda: acks == wanted)
    listener.loop_stop()
    (letter,) = letters.find()
    assert letter.payload == b"{broken"
    assert letter.publisher == "KPK-0001"


@pytest.mark.mosquitto_pub
def test_what_comes_while_the_collector_is_away_waits_for_it(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    with collector_on(broker, tmp_path, fleet()):
        pass
    publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 0, 7))
    with collector_on(broker, tmp_path, fleet()) as (_, store, _letters):
        eventually(lambda: store.count() == 7)


@pytest.mark.mosquitto_pub
def test_the_broker_goes_and_comes_back(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    with collector_on(broker, tmp_path, fleet()) as (collector, store, _):
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 0, 5))
        eventually(lambda: store.count() == 5)
        broker.kill()
        eventually(lambda: not collector.intake.connected)
        broker.start()
        eventually(lambda: collector.intake.connected)
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 5, 5))
        eventually(lambda: store.count() == 10)


@pytest.mark.mosquitto_pub
def test_without_its_store_the_collector_acknowledges_nothing_and_loses_nothing(
    new_mosquitto, influxdb, tmp_path
):
    broker = new_mosquitto()
    store = InfluxStore(influxdb.url, influxdb.token, influxdb.org, influxdb.new_bucket())
    acks = []
    with collector_on(broker, tmp_path, fleet(), store) as (collector, _, _letters):
        note = collector.worker._note
        collector.worker._note = lambda d, outcome: (acks.extend(d), note(d, outcome))[1]
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 0, 5))
        eventually(lambda: len(acks) == 1)
        influxdb.stop()
        for first in range(5, 25, 5):
            publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", first, 5))
        eventually(lambda: "InfluxDB" in collector.worker.counts.trouble)
        assert len(acks) == 1
        influxdb.start()
        eventually(lambda: len(acks) == 5, within_s=60)
        assert store.count() == 25


@pytest.mark.mosquitto_pub
def test_a_collector_killed_before_it_stored_gets_everything_again(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    with collector_on(broker, tmp_path, fleet()) as (collector, store, _):

        def stuck(_deliveries):
            raise OSError("the disk is stuck")

        collector.worker._ingest.take = stuck
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 0, 9))
        eventually(lambda: collector.worker.counts.retries > 0)
        assert store.count() == 0
    with collector_on(broker, tmp_path, fleet()) as (_, store, _letters):
        eventually(lambda: store.count() == 9)


@pytest.mark.mosquitto_pub
def test_a_collector_with_a_wrong_password_is_refused_and_with_the_right_one_let_in(
    new_mosquitto, tmp_path
):
    broker = new_mosquitto(users={"suluh-collector": "right"})
    from collector.domain.clock import system_clock as clock
    from collector.intake.mqtt import Broker, MqttIntake

    wrong = MqttIntake(
        Broker(broker.host, broker.port, "c", "suluh-collector", "wrong"), lambda _d: True, clock
    )
    wrong.start()
    with collector_on(
        broker, tmp_path, fleet(), mqtt_username="suluh-collector", mqtt_password="right"
    ) as (collector, _, _letters):
        assert collector.intake.connected
        assert not wrong.connected
    wrong.stop()


@pytest.mark.mosquitto_pub
def test_a_full_spool_outlasts_the_brokers_patience_and_all_is_stored_afterwards(
    new_mosquitto, tmp_path, monkeypatch
):
    monkeypatch.setattr(mqtt_door, "_KEEPALIVE_S", 2)
    monkeypatch.setattr(group_commit, "MOST_WAITING_BYTES", 1_000)
    monkeypatch.setattr(group_commit, "LAST_RETRY_S", 0.2)
    broker = new_mosquitto()
    with collector_on(broker, tmp_path, fleet()) as (collector, store, _letters):
        full, append, sessions = [True], collector.spool.append, collector.intake._session

        def full_for_now(deliveries):
            if full:
                raise SpoolFullError("2 MB wait, 2 MB are allowed")
            append(deliveries)

        collector.spool.append = full_for_now
        for first in range(0, 200, 5):
            publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", first, 5))
        eventually(lambda: "allowed" in str(collector.report()["trouble"]))
        log = next(tmp_path.glob("mosquitto-*/mosquitto.log"))
        eventually(lambda: "exceeded timeout" in log.read_text())
        assert store.count() == 0
        full.clear()
        eventually(lambda: store.count() == 200)
        eventually(lambda: collector.intake.connected and collector.idle)
        assert collector.intake._session > sessions
        publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 200, 5))
        eventually(lambda: store.count() == 205)


@pytest.mark.mosquitto_pub
def test_a_retained_data_message_comes_with_every_connection_and_changes_nothing(
    new_mosquitto, tmp_path
):
    broker = new_mosquitto()
    publish(broker, "shs/v1/KPK-0001/data", message("KPK-0001", 0, 3), "-r")
    for received in (1, 2):
        with collector_on(broker, tmp_path, fleet()) as (collector, store, letters):
            eventually(lambda: collector.worker.counts.deliveries >= 1)
            eventually(lambda: collector.idle)
            assert (store.count(), letters.count_readings()) == (3, 0), received
