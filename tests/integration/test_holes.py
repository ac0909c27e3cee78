"""Holes on a real broker: seen, asked for, sent again or listed as lost, and the books balance."""

import json
import threading

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, select

from collector.ledger import asking, repository
from collector.ledger.port import Key
from collector.ledger.repository import SqlLedger
from collector.ledger.tables import sequences
from collector.wire.acks import read_acks
from collector.wire.topics import ack_topic, cmd_topic, data_topic
from tests.fixtures.running_collector import collector_on, eventually
from tests.fixtures.small_fleet import fleet

START_S = 1_732_233_600


class Device:
    """Sends a numbered reading a message, hears what it is asked for, and notes what is settled."""

    def __init__(self, broker, name, serial):
        self.name, self.serial = name, serial
        self.settled, self.asked, self.changed = 0, [], threading.Event()
        self.also = ()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        self.client.on_message = lambda _c, _d, message: self._hear(message)
        self.client.connect(broker.host, broker.port)
        self.client.subscribe([(ack_topic(name), 1), (cmd_topic(name), 1)])
        self.client.loop_start()

    def _hear(self, message):
        if message.topic == cmd_topic(self.name):
            self.asked.append(json.loads(message.payload))
            return
        for ack in read_acks(message.payload).acks:
            assert (ack.sn, ack.b) == (self.serial, 7)
            self.settled, self.also = max(self.settled, ack.rc), ack.also

    def send(self, *numbers, **said):
        for number in numbers:
            row = {"ts": START_S + 300 * number, "rc": number, "hd": [[0, 1812, 245, 1334]]}
            self._publish({"df": 1} | row)
        if said:
            self._publish(said)

    def _publish(self, body):
        body = json.dumps({"sn": self.serial, "b": 7} | body)
        self.client.publish(data_topic(self.name), body, qos=1).wait_for_publish(20)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(asking, "EVERY_S", 0.1)
    monkeypatch.setattr(repository, "FIRST_ASK_S", 0.3)
    monkeypatch.setattr(repository, "FIRST_PAUSE_S", 1.0)


def sums(engine):
    names = ("sent", "stored", "refused", "lost", "missing", "duplicates")
    columns = [func.sum(sequences.c[name]) for name in names]
    with engine.connect() as connection:
        return dict(zip(names, map(int, connection.execute(select(*columns)).one()), strict=True))


@pytest.mark.mosquitto
def test_messages_that_were_lost_are_asked_for_sent_again_and_the_books_balance(
    new_mosquitto, tmp_path
):
    broker = new_mosquitto()
    device = Device(broker, "KPK-0001", "KPK-0001")
    with collector_on(broker, tmp_path, fleet()) as (collector, store, letters):
        engine = letters.engine
        device.send(*range(1, 50), *range(61, 101))
        eventually(lambda: device.asked)
        assert device.asked[0] == {"resend": [{"sn": "KPK-0001", "b": 7, "from": 50, "to": 60}]}
        eventually(lambda: device.also)
        assert device.settled == 49, "nothing beyond the hole may be forgotten"
        assert device.also[-1][1] == 100
        assert sums(engine)["missing"] == 11
        assert sums(engine)["sent"] == 100 == store.count() + 11
        device.send(*range(50, 61))
        eventually(lambda: device.settled == 100)
        eventually(lambda: collector.idle)
        wanted = {"sent": 100, "stored": 100, "duplicates": 0}
        wanted |= {"refused": 0, "lost": 0, "missing": 0}
        assert sums(engine) == wanted
        assert store.count() == 100
        device.send(*range(90, 101))
        eventually(lambda: sums(engine)["duplicates"] == 11)
        assert sums(engine) == wanted | {"duplicates": 11}
        assert store.count() == 100
        device.close()


@pytest.mark.mosquitto
def test_what_a_gateway_has_given_up_is_listed_as_lost_and_asked_for_no_more(
    new_mosquitto, tmp_path
):
    broker = new_mosquitto()
    gateway = Device(broker, "gw-boti", "KPK-0002")
    with collector_on(broker, tmp_path, fleet()) as (collector, store, letters):
        gateway.send(*range(1, 6), *range(9, 12))
        eventually(lambda: gateway.asked)
        gateway.send(lost=[[6, 8]], why="outbox full")
        eventually(lambda: gateway.settled == 11)
        eventually(lambda: collector.idle)
        found = sums(letters.engine)
        assert (found["sent"], found["stored"], found["lost"], found["missing"]) == (11, 8, 3, 0)
        assert store.count() == 8
        key = Key("gw-boti", "KPK-0002", 7)
        standing = SqlLedger(letters.engine).standings([key])[key]
        assert (standing.lost, standing.reason) == (((6, 8),), "outbox full")
        assert SqlLedger(letters.engine).claim_holes(1e12, 9) == []
        gateway.send(7)
        eventually(lambda: sums(letters.engine)["lost"] == 2)
        assert sums(letters.engine)["stored"] == 9 == store.count()
        gateway.close()


@pytest.mark.mosquitto
def test_a_thief_of_one_credential_settles_nothing_for_another(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    gateway, thief = Device(broker, "gw-boti", "KPK-0002"), Device(broker, "gw-x", "KPK-0002")
    with collector_on(broker, tmp_path, fleet()) as (collector, store, letters):
        gateway.send(1, 2)
        thief.send(*range(3, 30, 2), lost=[[3, 90]])
        gateway.send(6)
        eventually(lambda: gateway.asked)
        assert gateway.asked[0]["resend"][0] == {"sn": "KPK-0002", "b": 7, "from": 3, "to": 5}
        assert gateway.settled == 2
        eventually(lambda: collector.idle)
        assert (store.count(), letters.count_readings()) == (3, 14)
        assert thief.asked == [], "who may not speak for a device is asked for nothing"
        gateway.close()
        thief.close()
