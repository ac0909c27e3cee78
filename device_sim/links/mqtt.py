"""One connection that speaks for many publishers: bounded, confirmed, never forgetful."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion

from collector.wire.topics import ack_topic, data_topic, publisher_of
from device_sim.links.acknowledged import Last, still_open
from device_sim.links.pace import Pace
from device_sim.message import Message

IN_FLIGHT = 64
"""Messages sent and not yet confirmed by the broker: up to 6 MB of backlog."""
_POLL_S = 0.1
_KEEPALIVE_S = 60
_FIRST_RETRY_S = 1
_LAST_RETRY_S = 30
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker listens and as whom we come; an empty user name is anonymous.

    ``protocol`` is 5, or 3 for brokers that speak only MQTT 3.1.1.
    """

    host: str
    port: int
    username: str = ""
    password: str = ""
    protocol: int = 5


class MqttLink:
    """Publishes between ``start`` and ``stop`` with QoS 1 and waits through every disconnection.

    What the broker has not confirmed is sent again by paho on the next connection.
    """

    def __init__(self, broker: BrokerAddress, client_id: str) -> None:
        self._broker = broker
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._rows_of: dict[int, int] = {}
        self._early: set[int] = set()
        self._confirmed_rows = 0
        self._pace = Pace(time.monotonic)
        self._unheard_of: dict[str, list[Last]] = {}
        self._client = self._new_client(client_id)

    @property
    def confirmed_rows(self) -> int:
        """Distinct readings of all messages the broker has taken over."""
        return self._confirmed_rows

    @property
    def unconfirmed(self) -> int:
        """Messages handed over that the broker has not confirmed."""
        return len(self._rows_of)

    def start(self) -> None:
        """Connect in the background; a broker that is not there yet is waited for."""
        self._client.connect_async(self._broker.host, self._broker.port, keepalive=_KEEPALIVE_S)
        self._client.loop_start()

    def publish(self, message: Message) -> bool:
        """Hand a message over; waits while too many are under way.

        Returns False, the message not sent, when the link is being stopped.
        """
        while not self._stopping.is_set() and not self._may_send():
            self._stopping.wait(_POLL_S)
        if self._stopping.is_set():
            return False
        with self._lock:
            self._count_sent(message)
        sent = self._client.publish(data_topic(message.publisher), message.payload, qos=1)
        with self._lock:
            if sent.mid in self._early:  # confirmed before we could note it
                self._early.discard(sent.mid)
                self._confirmed_rows += message.rows
            else:
                self._rows_of[sent.mid] = message.rows
        return True

    def drain(self, timeout_s: float | None = None) -> bool:
        """Wait until the broker has confirmed everything; whether that came about in time."""
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while self._rows_of:
            if self._stopping.is_set() if until is None else time.monotonic() > until:
                return False
            time.sleep(_POLL_S)
        return True

    def interrupt(self) -> None:
        """Let nobody wait any longer; safe in a signal handler."""
        self._stopping.set()

    def stop(self) -> None:
        """Disconnect and end the network thread."""
        self._stopping.set()
        self._client.disconnect()
        self._client.loop_stop()

    def _may_send(self) -> bool:
        with self._lock:
            return len(self._rows_of) < IN_FLIGHT and self._pace.may_send

    def _new_client(self, client_id: str) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=mqtt.MQTTv5 if self._broker.protocol == 5 else mqtt.MQTTv311,
        )
        client.max_inflight_messages_set(IN_FLIGHT)
        client.max_queued_messages_set(0)
        client.reconnect_delay_set(_FIRST_RETRY_S, _LAST_RETRY_S)
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_acknowledged
        return client

    # paho ends its network thread without a word when one of these raises: they only count.

    def _on_connect(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if reason.is_failure:
            _log.error("the broker refuses us", reason=str(reason), host=self._broker.host)
            return
        with self._lock:
            self._pace.start_anew()
        client.subscribe(ack_topic("+"), qos=0)
        _log.info("broker connected", host=self._broker.host, port=self._broker.port)

    def _on_disconnect(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any
    ) -> None:
        if not self._stopping.is_set():
            _log.warning("broker disconnected; trying again", reason=str(reason))

    def _on_publish(
        self, _client: mqtt.Client, _data: Any, mid: int, _reason: Any, _properties: Any
    ) -> None:
        with self._lock:
            if mid in self._rows_of:
                self._confirmed_rows += self._rows_of.pop(mid)
            else:
                self._early.add(mid)

    def _on_acknowledged(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        with self._lock:
            waiting = self._unheard_of.get(publisher_of(message.topic) or "", [])
            left = still_open(waiting, bytes(message.payload))
            self._pace.count_acknowledged(len(waiting) - len(left))
            waiting[:] = left

    def _count_sent(self, message: Message) -> None:
        if message.last is None:
            return  # a reading without a number is never acknowledged
        if self._pace.sent == 0:
            self._unheard_of.clear()
        self._pace.count_sent()
        self._unheard_of.setdefault(message.publisher, []).append(message.last)
