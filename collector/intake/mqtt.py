"""The MQTT door: a persistent session, and a PUBACK only when the message is on disk."""

import threading
from collections import deque
from functools import partial
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from collector.domain.clock import Clock
from collector.intake.door import (
    IN_FLIGHT,
    SESSION_EXPIRY_S,
    UNSENT,
    Broker,
    Put,
    arrived,
    subscriptions,
)
from collector.intake.network import EnduringClient

_KEEPALIVE_S = 60
_log = structlog.get_logger(__name__)


class MqttIntake:
    """Receives between ``start`` and ``stop``; reconnects for ever."""

    def __init__(self, broker: Broker, put: Put, clock: Clock) -> None:
        """``put`` takes a delivery in; while it blocks, nothing more is read (backpressure)."""
        self._broker = broker
        self._put = put
        self._clock = clock
        self._session = 0
        # Held while acknowledging too, and paho may close the socket within that.
        self._lock = threading.RLock()
        self._unsent: deque[mqtt.MQTTMessageInfo] = deque()
        self._client = self._new_client()

    def start(self) -> None:
        """Connect in the background; a broker that is not there yet is waited for."""
        properties = None
        clean: bool | int = mqtt.MQTT_CLEAN_START_FIRST_ONLY
        if self._broker.protocol == 5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = SESSION_EXPIRY_S
            properties.ReceiveMaximum = IN_FLIGHT
            clean = False
        self._client.connect_async(
            self._broker.host,
            self._broker.port,
            keepalive=_KEEPALIVE_S,
            clean_start=clean,
            properties=properties,
        )
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect. The session stays at the broker: what is not acknowledged comes again."""
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def connected(self) -> bool:
        """Whether the broker answers now."""
        return self._client.is_connected()

    def say(self, topic: str, payload: bytes) -> None:
        """Publish, at quality 0, if the broker is there and reads."""
        while self._unsent and _written_or_lost(self._unsent[0]):
            self._unsent.popleft()
        # To a broker that reads nothing it would pile up.
        if len(self._unsent) >= UNSENT or not self._client.is_connected():
            return
        told = self._client.publish(topic, payload, qos=0)
        if told.rc == mqtt.MQTT_ERR_SUCCESS:
            self._unsent.append(told)

    def _new_client(self) -> mqtt.Client:
        client = client_of(self._broker, EnduringClient)
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_socket_close = self._on_socket_close
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            _log.error("broker refuses us", reason=str(reason), host=self._broker.host)
            return
        self._arrange(client)
        _log.info("broker connected", host=self._broker.host, port=self._broker.port)

    def _arrange(self, client: mqtt.Client) -> None:
        """Say what is to be read, on a connection that has just been made."""
        wanted, unwanted = subscriptions(self._broker)
        client.subscribe([(t, 1) for t in wanted])
        if unwanted:
            client.unsubscribe(list(unwanted))

    def _on_connect_fail(self, _client: mqtt.Client, _data: Any) -> None:
        _log.warning(
            "broker not reached, trying again: is SULUH_MQTT_HOST right, and does it run?",
            host=self._broker.host,
            port=self._broker.port,
        )

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        _log.warning("broker disconnected", reason=str(reason))

    def _on_socket_close(self, _client: mqtt.Client, _data: Any, _socket: Any) -> None:
        # The one event that every end of a connection has, before anything of the next is written.
        with self._lock:
            self._session += 1

    def _on_subscribe(
        self, _client: mqtt.Client, _data: Any, _mid: int, reasons: Any, _properties: Any
    ) -> None:
        if refused := [str(reason) for reason in reasons if reason.is_failure]:
            _log.error("broker lets us not read; is its access list right?", reasons=refused)

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        # An exception here would end paho's network thread without a word.
        try:
            properties = message.properties
            content_type = getattr(properties, "ContentType", "") if properties else ""
            delivery = arrived(
                _topic_of(message), bytes(message.payload), self._clock(), content_type
            )
            done = partial(self._acknowledge, self._session, message.mid, message.qos)
            self._put(delivery, done)
        except Exception:
            _log.exception("a message could not be handed on; the broker will send it again")

    def _acknowledge(self, session: int, mid: int, qos: int) -> None:
        """Send the PUBACK, but only on the connection that brought the message."""
        with self._lock:
            if session == self._session and qos > 0:
                self._client.ack(mid, qos)


def client_of(
    broker: Broker, kind: type[mqtt.Client], *, clean: bool = False, **more: Any
) -> mqtt.Client:
    """A client that knows how to log in; ``clean`` takes up no session (MQTT 3.1.1)."""
    five = broker.protocol == 5
    client = kind(
        CallbackAPIVersion.VERSION2,
        client_id=broker.client_id,
        protocol=mqtt.MQTTv5 if five else mqtt.MQTTv311,
        clean_session=None if five else clean,
        manual_ack=True,
        **more,
    )
    if broker.username:
        client.username_pw_set(broker.username, broker.password)
    if broker.ca_file:
        client.tls_set(ca_certs=broker.ca_file)
    return client


def _topic_of(message: mqtt.MQTTMessage) -> str:
    """The topic; a broker should not let through one that is no text, but it is not lost here."""
    try:
        return message.topic
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", "replace")


def _written_or_lost(told: mqtt.MQTTMessageInfo) -> bool:
    # Of one that was lost with its connection paho would raise when asked whether it is out.
    return told.rc != mqtt.MQTT_ERR_SUCCESS or told.is_published()
