"""The network thread survives its errors; an acknowledgement goes where its message came from."""

import threading

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from collector.intake import mqtt as door
from collector.intake import network

BROKER = door.Broker("127.0.0.1", 1, "suluh-collector-1")


@pytest.fixture(name="acknowledged")
def acknowledged_of(monkeypatch):
    found = []
    monkeypatch.setattr(mqtt.Client, "ack", lambda _c, mid, qos: found.append((mid, qos)))
    return found


def message(mid=7, topic=b"shs/v1/gw-1/data", payload=b"{}"):
    came = mqtt.MQTTMessage(mid, topic)
    came.payload, came.qos = payload, 1
    return came


def test_an_error_in_the_network_thread_is_followed_by_a_new_connection(monkeypatch):
    monkeypatch.setattr(network, "PAUSE_S", 0.001)
    tried, again = [], threading.Event()

    def stumbling(client, *_args, **_named):
        tried.append(client._state)
        if len(tried) < 3:
            client._state = mqtt._ConnectionState.MQTT_CS_CONNECTED
            raise UnicodeError("a packet that nobody can read")
        again.set()
        return mqtt.MQTT_ERR_SUCCESS

    monkeypatch.setattr(mqtt.Client, "loop_forever", stumbling)
    client = network.EnduringClient(CallbackAPIVersion.VERSION2, client_id="c")
    client.connect_async("127.0.0.1", 1)
    client.loop_start()
    assert again.wait(20)
    client.loop_stop()
    assert client.stumbles == 2
    assert tried == [mqtt._ConnectionState.MQTT_CS_CONNECT_ASYNC] * 3


def test_a_stop_ends_a_thread_that_stumbles_for_ever(monkeypatch):
    monkeypatch.setattr(network, "PAUSE_S", 60.0)
    stumbled = threading.Event()

    def stumbling(_client, *_args, **_named):
        stumbled.set()
        raise ValueError

    monkeypatch.setattr(mqtt.Client, "loop_forever", stumbling)
    client = network.EnduringClient(CallbackAPIVersion.VERSION2, client_id="c")
    client.connect_async("127.0.0.1", 1)
    client.loop_start()
    assert stumbled.wait(20)
    client.loop_stop()


def test_acknowledged_once_durable_on_the_connection_that_brought_it(acknowledged):
    waiting = []
    intake = door.MqttIntake(BROKER, lambda d, done: waiting.append((d, done)) is None, lambda: 5.0)
    intake._on_message(intake._client, None, message(mid=7))
    assert acknowledged == []
    waiting[0][1]()
    assert acknowledged == [(7, 1)]
    assert (waiting[0][0].publisher, waiting[0][0].received_s) == ("gw-1", 5.0)


def test_a_connection_that_ended_is_never_acknowledged_on_the_next(acknowledged):
    waiting = []
    intake = door.MqttIntake(BROKER, lambda _d, done: waiting.append(done) is None, lambda: 0.0)
    intake._on_message(intake._client, None, message(mid=1))
    intake._client._call_socket_close(None)
    intake._on_message(intake._client, None, message(mid=1))
    waiting[0]()
    assert acknowledged == [], "message 1 of the new connection is another one"
    waiting[1]()
    assert acknowledged == [(1, 1)]


def test_a_topic_that_is_no_text_is_kept_and_acknowledged(acknowledged):
    waiting = []
    intake = door.MqttIntake(
        BROKER, lambda d, done: (waiting.append(d), done()) is not None, lambda: 0.0
    )
    intake._on_message(intake._client, None, message(topic=b"shs/v1/\xff/data"))
    assert [d.publisher for d in waiting] == ["\ufffd"]
    assert acknowledged == [(7, 1)]


def test_acknowledgements_do_not_pile_up_before_a_broker_that_reads_nothing(monkeypatch):
    monkeypatch.setattr(door, "UNSENT", 3)
    intake = door.MqttIntake(BROKER, lambda _d, _done: True, lambda: 0.0)
    sent = []

    def publish(*_args, **_named):
        sent.append(mqtt.MQTTMessageInfo(len(sent)))
        return sent[-1]

    monkeypatch.setattr(intake._client, "publish", publish)
    monkeypatch.setattr(intake._client, "is_connected", lambda: True)
    for _ in range(9):
        intake.say("shs/v1/gw-1/ack", b"{}")
    assert len(sent) == 3
    sent[0]._set_as_published()
    intake.say("shs/v1/gw-1/ack", b"{}")
    assert len(sent) == 4
    for info in sent:
        info.rc = mqtt.MQTT_ERR_CONN_LOST
    for _ in range(9):
        intake.say("shs/v1/gw-1/ack", b"{}")
    assert len(sent) == 7, "lost with their connection, they wait no more"
