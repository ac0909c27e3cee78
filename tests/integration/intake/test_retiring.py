"""A collector leaves for good while readings flow: its share is stored, nothing stays behind."""

import os
import subprocess
import sys
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from api.migrations import upgrade
from collector.bootstrap import open_database, open_store
from collector.fleet.database import open_engine
from collector.intake.door import IN_FLIGHT, Broker
from collector.intake.leaving import LeavingIntake
from collector.intake.mqtt import MqttIntake
from collector.publishers.broker_files import access_list
from collector.retiring.bootstrap import build_retirement
from collector.retiring.retirement import REST_S, Farewell
from collector.settings import CollectorSettings
from collector.store.influx import InfluxStore
from tests.fixtures.collector_process import ROOT, CollectorProcess
from tests.fixtures.http_door import condensed, text
from tests.fixtures.running_collector import collector_on, eventually, registered
from tests.fixtures.small_fleet import fleet
from tests.integration.intake.test_bulk_reader import TOPIC, send
from tests.integration.intake.test_several_collectors import (
    COLLECTOR,
    ROWS,
    Device,
    received,
    settings_on,
)
from tests.servers.process import free_port

NAMES = [f"suluh-collector-{n}" for n in (1, 2, 3)]


def session_at(broker, name):
    """Whether the broker keeps a session of this client; it keeps none after this look."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    client.username_pw_set(*COLLECTOR)
    found, answered = [], threading.Event()

    def on_connect(_client, _data, flags, *_):
        found.append(flags.session_present)
        answered.set()

    client.on_connect = on_connect
    client.connect(broker.host, broker.port, clean_start=False)
    client.loop_start()
    assert answered.wait(10)
    ended = Properties(PacketTypes.DISCONNECT)
    ended.SessionExpiryInterval = 0
    client.disconnect(properties=ended)
    client.loop_stop()
    return found[0]


def retire(folder, name, settings, within_s=60):
    """(exit code, what was printed) of `collector --retire`."""
    kept = {key: value for key, value in os.environ.items() if "SULUH_" not in key}
    given = {"DATA_DIR": folder, "COLLECTOR_ID": name, **settings}
    done = subprocess.run(
        [sys.executable, "-m", "collector.command", "collector", "--retire"],
        env=kept
        | {"PYTHONPATH": str(ROOT)}
        | {f"SULUH_{key}": str(value) for key, value in given.items()},
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_one_of_three_leaves_for_good_while_readings_flow(
    new_mosquitto, influxdb, postgres_url, tmp_path
):
    broker = new_mosquitto(
        users=dict([COLLECTOR, ("KPK-0001", "mine")]), acl=access_list(COLLECTOR[0])
    )
    engine = open_engine(postgres_url)
    upgrade(engine)
    registered(engine, fleet())
    bucket = influxdb.new_bucket()
    store = InfluxStore(influxdb.url, influxdb.token, influxdb.org, bucket)
    settings = settings_on(broker, influxdb, bucket, postgres_url)
    folder = tmp_path / "data"
    three = [CollectorProcess(folder, name, **settings) for name in NAMES]
    log, device = next(tmp_path.glob("mosquitto-*/mosquitto.log")), None
    try:
        for each in three:
            each.process.start()
        eventually(lambda: all(name in log.read_text() for name in NAMES), within_s=60)
        device = Device(broker)
        device.send_some()
        code, said = retire(folder, NAMES[1], settings)
        assert code == 1
        assert "another process has" in said
        # Killed, and away for a while: the broker keeps a share for it, and its spool has another.
        three[1].process.kill()
        device.send_some()
        code, said = retire(folder, NAMES[1], settings)
        assert (code, "has left for good" in said) == (0, True), said
        taken = received(folder, NAMES[1])
        device.send_some()
        assert received(folder, NAMES[1]) == taken, "it is dealt nothing any more"
        device.stop()
        eventually(lambda: store.count() == device.sent * ROWS, within_s=90)
        assert not session_at(broker, NAMES[1])
        assert retire(folder, NAMES[1], settings)[0] == 0, "again changes nothing"
        assert not session_at(broker, NAMES[1])
        for each in three:
            each.process.stop()
        assert session_at(broker, NAMES[0]), "those that are only away are kept"
    finally:
        if device is not None:
            device.stop()
        for each in three:
            each.process.stop()
        store.close()
        engine.dispose()


MANY = 3 * IN_FLIGHT
"""More than are under way at once: the rest comes only as the first are acknowledged."""


class Taker:
    """Keeps what is put, and the acknowledgements until it is told to give them."""

    def __init__(self):
        self.payloads, self.owed = [], []

    def put(self, delivery, acknowledge):
        self.payloads.append(int(delivery.payload))
        self.owed.append(acknowledge)
        return True

    def give(self):
        now, self.owed = self.owed, []
        for acknowledge in now:
            acknowledge()


@pytest.mark.parametrize("protocol", [5, 3])
def test_all_that_the_broker_keeps_comes_before_it_is_said_to_be_empty(new_mosquitto, protocol):
    server = new_mosquitto()
    broker = Broker(server.host, server.port, NAMES[0], protocol=protocol, ask_dropped=True)
    topics = set()
    joined = MqttIntake(broker, lambda d, done: bool(topics.add(d.topic) or done()), time.time)
    joined.start()
    eventually(lambda: send(server, b"0") or TOPIC in topics)
    joined.stop()
    send(server, *[b"%d" % number for number in range(MANY)])
    taker = Taker()
    door = LeavingIntake(broker, taker.put, time.time)
    door.start()
    try:
        eventually(lambda: len(taker.payloads) >= 1_000)
        assert not door.is_empty(lambda: not taker.owed), "of those not one is durable"
        send(server, b"%d" % MANY)  # it has left: this is not its any more
        taker.give()
        eventually(lambda: door.is_empty(lambda: True) or taker.give())
        assert taker.payloads[-MANY:] == list(range(MANY))
        assert door.taken == len(taker.payloads)
    finally:
        door.stop()
    door.end_session()
    assert not session_at(server, NAMES[0])


def test_stopped_halfway_it_loses_nothing_and_goes_on_when_run_again(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    settings = CollectorSettings(
        data_dir=tmp_path, mqtt_host=broker.host, mqtt_port=broker.port, collector_id=NAMES[0]
    )
    with collector_on(broker, tmp_path, fleet(), collector_id=NAMES[0]):
        pass
    for number in range(5):
        send(broker, text(condensed(rc=2 * number)))
    engine, store = open_database(settings), open_store(settings)
    away = InfluxStore(f"http://127.0.0.1:{free_port()}", "none", "none", "none")
    stopping = threading.Event()
    leaving = build_retirement(settings, away, engine)
    went = []
    running = threading.Thread(target=lambda: went.append(leaving.run(stopping)))
    running.start()
    eventually(lambda: leaving._worker.counts.retries > 0)
    eventually(lambda: leaving._door.taken == 5)
    time.sleep(3 * REST_S)
    stopping.set()
    running.join(30)
    assert went == [Farewell(left=True, ended=False, taken=5, waiting=5, stored=0, refused=0)]
    again = build_retirement(settings, store, engine)
    then = again.run(threading.Event())
    assert then == Farewell(left=True, ended=True, taken=0, waiting=0, stored=10, refused=0)
    assert store.count() == 10
    assert not session_at(broker, NAMES[0])
    store.close()


def test_a_broker_that_is_away_is_not_empty(new_mosquitto):
    server = new_mosquitto()
    door = LeavingIntake(Broker(server.host, server.port, NAMES[0]), Taker().put, time.time)
    assert not door.is_empty(lambda: True)
    door.start()
    try:
        eventually(lambda: door.is_empty(lambda: True))
        server.kill()
        eventually(lambda: not door.connected)
        assert not door.is_empty(lambda: True)
        with pytest.raises(OSError, match="refused"):
            door.end_session()
    finally:
        door.stop()
