"""The simulator's MQTT link against a real broker."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator

import paho.mqtt.client as mqtt
import pytest

from collector.wire.topics import ack_topic, data_topic
from device_sim.links.mqtt import IN_FLIGHT, BrokerAddress, MqttLink
from device_sim.links.pace import Pace
from device_sim.message import Message

pytestmark = pytest.mark.mosquitto
_WITHIN_S = 30.0


def eventually(look: Callable[[], object]) -> None:
    """Wait until it is true; fail when it is not in time."""
    until = time.monotonic() + _WITHIN_S
    while not look():
        assert time.monotonic() < until, "it never came about"
        time.sleep(0.02)


def message(number: int, rows: int = 1) -> Message:
    return Message(f"KPK-{number % 7}", f'{{"n":{number}}}'.encode(), rows, ("A", 1, number))


@pytest.fixture
def links() -> Iterator[Callable[..., MqttLink]]:
    """A function that makes a link, stopped at the end."""
    made: list[MqttLink] = []

    def make(broker, **options) -> MqttLink:
        address = BrokerAddress(broker.host, broker.port, **options)
        made.append(MqttLink(address, f"sim-link-{time.monotonic_ns()}"))
        return made[-1]

    yield make
    for link in made:
        link.stop()


class Collector:
    """Takes every message, acknowledging none, all, or those it is told to."""

    def __init__(self, port: int, *, acknowledges: bool) -> None:
        self.taken: list[bytes] = []
        self.open: list[tuple[str, int]] = []
        self.acknowledges = acknowledges
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.on_message = self._take
        self.client.on_subscribe = lambda *_: self._ready.set()
        self._ready = threading.Event()
        self.client.connect("127.0.0.1", port)
        self.client.subscribe(data_topic("+"), qos=1)
        self.client.loop_start()
        assert self._ready.wait(_WITHIN_S)

    def _take(self, _client, _data, got) -> None:
        self.taken.append(got.payload)
        self.open.append((got.topic.split("/")[2], json.loads(got.payload)["n"]))
        if self.acknowledges:
            self.acknowledge(1)

    def acknowledge(self, messages: int) -> None:
        for _ in range(messages):
            publisher, number = self.open.pop(0)
            entry = {"sn": "A", "b": 1, "rc": -1, "also": [[number, number]]}
            self.client.publish(ack_topic(publisher), json.dumps({"acks": [entry]}))


@pytest.fixture
def collectors() -> Iterator[Callable[..., Collector]]:
    made: list[Collector] = []

    def make(broker, *, acknowledges: bool = True) -> Collector:
        made.append(Collector(broker.port, acknowledges=acknowledges))
        return made[-1]

    yield make
    for collector in made:
        collector.client.disconnect()
        collector.client.loop_stop()


@pytest.mark.parametrize("protocol", [5, 3])
def test_everything_arrives_once_confirmed(new_mosquitto, links, collectors, protocol):
    broker = new_mosquitto()
    collector, link = collectors(broker), links(broker, protocol=protocol)
    link.start()
    for number in range(500):
        assert link.publish(message(number, rows=number % 3))
    assert link.drain()
    assert link.unconfirmed == 0
    assert link.confirmed_rows == sum(n % 3 for n in range(500))
    eventually(lambda: len(collector.taken) == 500)
    assert len(set(collector.taken)) == 500


def test_no_more_is_under_way_than_agreed(new_mosquitto, links):
    broker = new_mosquitto()
    link = links(broker)
    link.start()
    eventually(link._client.is_connected)
    broker.pause()
    try:
        sender = threading.Thread(target=lambda: [link.publish(message(n)) for n in range(200)])
        sender.start()
        eventually(lambda: link.unconfirmed == IN_FLIGHT)
        time.sleep(0.5)
        assert link.unconfirmed == IN_FLIGHT
    finally:
        broker.resume()
    sender.join(_WITHIN_S)
    assert link.drain(_WITHIN_S)
    assert link.confirmed_rows == 200


def test_an_interrupt_ends_every_waiting(new_mosquitto, links):
    broker = new_mosquitto()
    link = links(broker)
    link.start()
    eventually(link._client.is_connected)
    broker.pause()
    try:
        said: list[bool] = []
        sender = threading.Thread(
            target=lambda: said.extend(link.publish(message(n)) for n in range(IN_FLIGHT + 1))
        )
        sender.start()
        eventually(lambda: link.unconfirmed == IN_FLIGHT)
        link.interrupt()
        sender.join(_WITHIN_S)
        assert said[-1] is False
        assert link.publish(message(0)) is False
        assert link.drain(0.2) is False
    finally:
        broker.resume()


def test_what_was_not_confirmed_comes_again_on_the_next_connection(
    new_mosquitto, links, collectors
):
    broker = new_mosquitto()
    link = links(broker)
    link.start()
    eventually(link._client.is_connected)
    broker.kill()
    for number in range(20):
        assert link.publish(message(number))
    assert link.drain(0.3) is False
    broker.start()
    collector = collectors(broker)
    assert link.drain(_WITHIN_S)
    assert link.confirmed_rows == 20
    assert set(collector.taken) <= {f'{{"n":{n}}}'.encode() for n in range(20)}


def test_it_does_not_run_ahead_of_a_collector_that_acknowledges(new_mosquitto, links, collectors):
    broker = new_mosquitto()
    collector, link = collectors(broker, acknowledges=False), links(broker)
    link._pace = Pace(time.monotonic, ahead=10, patience_s=600.0)
    link.start()
    eventually(link._client.is_connected)
    time.sleep(0.3)  # its own subscription to the acknowledgements
    sender = threading.Thread(target=lambda: [link.publish(message(n)) for n in range(25)])
    sender.start()
    eventually(lambda: len(collector.taken) == 10)
    time.sleep(0.3)
    assert len(collector.taken) == 10
    collector.acknowledge(5)
    eventually(lambda: len(collector.taken) == 15)
    collector.acknowledge(10)
    eventually(lambda: len(collector.taken) == 25)
    sender.join(_WITHIN_S)


def test_wrong_credentials_are_said_and_do_not_end_it(new_mosquitto, links, capfd):
    broker = new_mosquitto(users={"field": "secret-1"})
    link = links(broker, username="field", password="wrong")
    link.start()
    eventually(lambda: "refuses us" in "".join(capfd.readouterr()))
    assert link.confirmed_rows == 0
    link.interrupt()
    assert link.publish(message(1)) is False
