"""Several collectors share one broker's messages: added, killed and stopped, nothing is lost."""

import contextlib
import sqlite3
import threading

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from api.migrations import upgrade
from collector.fleet.database import open_engine
from collector.ingest.repository import SqlDeadLetters
from collector.publishers.broker_files import access_list
from collector.store.influx import InfluxStore
from tests.fixtures.collector_process import CollectorProcess
from tests.fixtures.http_door import condensed, text
from tests.fixtures.running_collector import eventually, registered
from tests.fixtures.small_fleet import fleet

STEP, ROWS = 100, 2
"""Messages between one misfortune and the next, at least; readings in each."""
COLLECTOR = ("suluh-collector", "secret")


class Device:
    """Sends until it is stopped, each message when the broker has acknowledged the one before."""

    def __init__(self, broker):
        self.sent = 0
        self.ended = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="KPK-0001")
        self._client.username_pw_set("KPK-0001", "mine")
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self.ended.wait(0.02):
            message = text(condensed(rc=ROWS * self.sent, rows=ROWS))
            self._client.publish("shs/v1/KPK-0001/data", message, 1).wait_for_publish(30)
            self.sent += 1

    def send_some(self):
        """Wait until some more are sent."""
        aim = self.sent + STEP
        eventually(lambda: self.sent >= aim, within_s=60)

    def stop(self):
        self.ended.set()
        self._thread.join(60)
        self._client.loop_stop()
        self._client.disconnect()


def received(folder, name):
    """Messages that a collector's spool has ever taken in."""
    if not (folder / "spool" / f"{name}.db").exists():
        return 0
    with contextlib.closing(sqlite3.connect(folder / "spool" / f"{name}.db")) as spool:
        found = spool.execute("SELECT seq FROM sqlite_sequence").fetchone()
    return found[0] if found else 0


def subscribed_as_before(broker, name):
    """A session that an earlier version has left: subscribed alone, to everything."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    client.username_pw_set(*COLLECTOR)
    done = threading.Event()
    client.on_subscribe = lambda *_: done.set()
    kept = Properties(PacketTypes.CONNECT)
    kept.SessionExpiryInterval = 3_600
    client.connect(broker.host, broker.port, clean_start=False, properties=kept)
    client.loop_start()
    client.subscribe("shs/v1/+/data", 1)
    assert done.wait(10)
    client.disconnect()
    client.loop_stop()


def settings_on(broker, influxdb, bucket, postgres_url):
    """What each of several collectors on the same servers is given."""
    return {
        "MQTT_PORT": broker.port,
        "MQTT_USERNAME": COLLECTOR[0],
        "MQTT_PASSWORD": COLLECTOR[1],
        "DATABASE_URL": postgres_url,
        "STORE": "influxdb",
        "INFLUXDB_URL": influxdb.url,
        "INFLUXDB_TOKEN": influxdb.token,
        "INFLUXDB_ORG": influxdb.org,
        "INFLUXDB_BUCKET": bucket,
    }


@pytest.mark.slow
def test_collectors_come_go_and_are_killed(new_mosquitto, influxdb, postgres_url, tmp_path):
    broker = new_mosquitto(
        users=dict([COLLECTOR, ("KPK-0001", "mine")]), acl=access_list(COLLECTOR[0])
    )
    engine = open_engine(postgres_url)
    upgrade(engine)
    registered(engine, fleet())
    bucket = influxdb.new_bucket()
    store = InfluxStore(influxdb.url, influxdb.token, influxdb.org, bucket)
    settings = settings_on(broker, influxdb, bucket, postgres_url)
    names = [f"suluh-collector-{n}" for n in (1, 2, 3)]
    subscribed_as_before(broker, names[0])
    one, two, three = (
        CollectorProcess(tmp_path / "data", name, MQTT_READER=reader, **settings)
        for name, reader in zip(names, ("paho", "bulk", "paho"), strict=True)
    )
    log = next(tmp_path.glob("mosquitto-*/mosquitto.log"))
    device = None
    try:
        for each in (one, two):
            each.process.start()
        eventually(lambda: all(name in log.read_text() for name in names[:2]), within_s=60)
        device = Device(broker)
        device.send_some()
        two.process.kill()
        device.send_some()
        three.process.start()
        eventually(lambda: received(tmp_path / "data", names[2]) > 0, within_s=60)
        two.process.start()
        one.process.stop()
        device.send_some()
        one.process.start()
        device.stop()
        eventually(lambda: store.count() == device.sent * ROWS, within_s=90)
    finally:
        if device is not None:
            device.stop()
        for each in (one, two, three):
            each.process.stop()
        engine.dispose()
    assert SqlDeadLetters(open_engine(postgres_url)).find() == []
    taken = [received(tmp_path / "data", name) for name in names]
    assert min(taken) > 0, "each had a share"
    assert device.sent <= sum(taken) < 1.5 * device.sent, "each went to one of them, about"
    store.close()
