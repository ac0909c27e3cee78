"""The own reader on a real mosquitto: sessions, redelivery, refusal, backpressure, many at once."""

import threading

import pytest

from collector.domain.clock import system_clock
from collector.intake import bulk
from collector.intake.bulk import BulkIntake
from collector.intake.door import Broker
from tests.bench.quick_sender import QuickSender, frames_of
from tests.fixtures.running_collector import collector_on, eventually
from tests.fixtures.small_fleet import fleet
from tests.integration.test_collector import message, publish

pytestmark = [pytest.mark.mosquitto, pytest.mark.mosquitto_pub]
TOPIC = "shs/v1/KPK-0001/data"


class Taker:
    """Takes deliveries in and makes them durable when it is told to."""

    def __init__(self):
        self.payloads, self.waiting = [], []

    def put(self, delivery, done):
        self.payloads.append(delivery.payload)
        self.waiting.append(done)
        return True

    def make_durable(self, many):
        for done in self.waiting[:many]:
            done()
        del self.waiting[:many]


@pytest.fixture(name="open_door", autouse=True)
def door_opener(monkeypatch):
    monkeypatch.setattr(bulk, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(bulk, "LAST_PAUSE_S", 0.1)
    doors = []

    def opened(server, taker, protocol=5, **login):
        broker = Broker(server.host, server.port, "bulk-1", protocol=protocol, **login)
        doors.append(BulkIntake(broker, taker.put, system_clock))
        doors[-1].start()
        return doors[-1]

    yield opened
    for door in doors:
        door.stop()


def send(server, *payloads):
    sender = QuickSender(server.host, server.port)
    sender.send(frames_of([(TOPIC, p) for p in payloads]))
    sender.close()


@pytest.mark.parametrize("protocol", [5, 3])
def test_what_is_not_acknowledged_comes_again_in_order(new_mosquitto, open_door, protocol):
    server, first, second = new_mosquitto(), Taker(), Taker()
    door = open_door(server, first, protocol)
    eventually(lambda: door.connected)
    send(server, b"1", b"2", b"3", b"4", b"5")
    eventually(lambda: len(first.waiting) == 5)
    first.make_durable(2)
    door.stop()
    send(server, b"6")
    door = open_door(server, second, protocol)
    eventually(lambda: len(second.payloads) == 4)
    assert second.payloads == [b"3", b"4", b"5", b"6"]
    second.make_durable(4)
    eventually(lambda: not door._durable)


def test_an_older_connection_is_not_acknowledged_on_the_next(new_mosquitto, open_door):
    server, taker, last = new_mosquitto(), Taker(), Taker()
    door = open_door(server, taker)
    eventually(lambda: door.connected)
    send(server, b"1", b"2")
    eventually(lambda: len(taker.payloads) == 2)
    server.restart()
    eventually(lambda: taker.payloads == [b"1", b"2"] * 2)
    taker.make_durable(2)  # as they came on the connection that is gone
    send(server, b"3")
    eventually(lambda: len(taker.payloads) == 5)
    door.stop()
    open_door(server, last)
    eventually(lambda: len(last.payloads) == 3)
    assert last.payloads == [b"1", b"2", b"3"]


def test_the_broker_is_killed_and_comes_back(new_mosquitto, open_door):
    server, taker = new_mosquitto(), Taker()
    door = open_door(server, taker)
    eventually(lambda: door.connected)
    server.kill()
    eventually(lambda: not door.connected)
    server.start()
    eventually(lambda: door.connected)
    send(server, b"1")
    eventually(lambda: taker.payloads == [b"1"])


def test_a_frozen_broker_is_given_up_and_found_again(new_mosquitto, open_door, monkeypatch):
    monkeypatch.setattr(bulk, "KEEPALIVE_S", 1)
    server, taker = new_mosquitto(), Taker()
    door = open_door(server, taker)
    eventually(lambda: door.connected)
    server.pause()
    eventually(lambda: not door.connected)
    server.resume()
    eventually(lambda: door.connected)


def test_a_silent_line_is_kept_open(new_mosquitto, open_door, monkeypatch):
    monkeypatch.setattr(bulk, "KEEPALIVE_S", 1)
    server, taker, numbers = new_mosquitto(), Taker(), set()
    door = open_door(server, taker)
    eventually(lambda: door.connected)
    heard_s = door._heard_s
    eventually(lambda: numbers.add(door._number) or door._heard_s > heard_s + 3.0)
    assert numbers == {0}, "the broker never closed it"


def test_only_the_right_password_lets_it_in(new_mosquitto, open_door):
    server = new_mosquitto(users={"suluh-collector": "right"})
    wrong = open_door(server, Taker(), username="suluh-collector", password="wrong")
    eventually(lambda: wrong._number >= 2)
    assert not wrong.connected
    wrong.stop()
    right = open_door(server, Taker(), username="suluh-collector", password="right")
    eventually(lambda: right.connected)


def test_many_come_once_each_in_order_and_all_are_acknowledged(new_mosquitto, open_door):
    server, done = new_mosquitto(), []
    taker = Taker()
    taker.put = lambda delivery, acknowledge: (
        taker.payloads.append(delivery.payload) or acknowledge() or done.append(1) or True
    )
    door = open_door(server, taker)
    eventually(lambda: door.connected)
    wanted = [b"%d" % number for number in range(20_000)]
    send(server, *wanted)
    eventually(lambda: len(taker.payloads) >= len(wanted))
    assert taker.payloads == wanted
    eventually(lambda: not door._durable)
    door.stop()
    open_door(server, second := Taker())
    send(server, b"last")
    eventually(lambda: second.payloads)
    assert second.payloads == [b"last"]


def test_while_nothing_can_be_taken_in_nothing_more_is_read(new_mosquitto, open_door):
    server, room, taker = new_mosquitto(), threading.Event(), Taker()
    take = taker.put
    taker.put = lambda delivery, done: room.wait(20) and take(delivery, done)
    door = open_door(server, taker)
    eventually(lambda: door.connected)
    send(server, *[b"x"] * 500)
    assert taker.payloads == []
    room.set()
    eventually(lambda: len(taker.payloads) == 500)


def test_a_collector_with_it_stores_and_tells_the_sender(new_mosquitto, tmp_path):
    broker = new_mosquitto()
    with collector_on(broker, tmp_path, fleet(), mqtt_reader="bulk") as (collector, store, letters):
        assert isinstance(collector.intake, BulkIntake)
        publish(broker, TOPIC, message("KPK-0001", 0, 10))
        publish(broker, TOPIC, b"{broken")
        eventually(lambda: store.count() == 10 and letters.count_readings() == 1)
        broker.kill()
        eventually(lambda: not collector.intake.connected)
        broker.start()
        eventually(lambda: collector.intake.connected)
        publish(broker, TOPIC, message("KPK-0001", 10, 5))
        eventually(lambda: store.count() == 15)
