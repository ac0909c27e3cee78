"""The MQTT connection: one thread that connects, sends, listens, and begins again for ever."""

import json
import random
import time
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from collector.gateway.config import BrokerConfig
from collector.gateway.health import OFFLINE
from collector.gateway.tls import Trust
from collector.wire.topics import ack_topic, birth_topic, cmd_topic, data_topic, state_topic

SHORTEST_RETRY_S = 1.0
LONGEST_RETRY_S = 120.0
STATE_EVERY_S = 3600.0
LOOP_S = 0.2
FLUSH_LIMIT_S = 1.0
QOS = 1

log = structlog.get_logger(__name__)


class Uplink:
    """A persistent session under the gateway's own name; implements ``sender.Channel``.

    ``run`` does everything in the calling thread, callbacks included, so an error in one ends
    the connection and not, unseen, the thread.
    """

    def __init__(
        self,
        gateway: str,
        broker: BrokerConfig,
        credentials: tuple[str, str] | None,
        trust: Trust,
        *,
        birth: Callable[[], dict[str, Any]],
        state: Callable[[], dict[str, Any]],
    ) -> None:
        self._gateway = gateway
        self._broker = broker
        self._trust = trust
        self._birth = birth
        self._state = state
        self._connected = False
        self._said_state_s = 0.0
        self._pending: mqtt.MQTTMessageInfo | None = None
        self.on_ack: Callable[[bytes], None] = lambda _: None
        self.on_command: Callable[[bytes], None] = lambda _: None
        self.on_tick: Callable[[], object] = lambda: None
        self.on_connected: Callable[[], object] = lambda: None
        self.on_away: Callable[[], object] = lambda: None
        self.beat: Callable[[], object] = lambda: None
        self._client = self._make(credentials)

    @property
    def connected(self) -> bool:
        """See ``Channel``."""
        return self._connected

    @property
    def delivered(self) -> bool:
        """See ``Channel``."""
        return self._pending is None or self._pending.is_published()

    def send(self, payload: bytes) -> bool:
        """See ``Channel``."""
        self._pending = self._client.publish(data_topic(self._gateway), payload, qos=QOS)
        return True

    def renew(self) -> None:
        """See ``Channel``."""
        self._connected = False

    def tell_state(self) -> None:
        """Say the state anew: something of it has changed."""
        self._said_state_s = 0.0

    def run(self, stopping: Callable[[], bool], wait: Callable[[float], object]) -> None:
        """Stay connected until stopping; pauses between attempts grow, with jitter."""
        pause_s = SHORTEST_RETRY_S
        while not stopping():
            self.beat()
            try:
                if self._session(stopping):
                    pause_s = SHORTEST_RETRY_S
                elif not stopping():
                    self.on_away()
            except Exception:
                log.exception("uplink_failed")
            self._connected = False
            if not stopping():
                # Many gateways lose the same broker at once: they must not return as one.
                wait(pause_s * random.uniform(0.5, 1.5))  # noqa: S311
                pause_s = min(pause_s * 2, LONGEST_RETRY_S)

    def _session(self, stopping: Callable[[], bool]) -> bool:
        """One connection, from its start to its end; whether the broker let us in."""
        let_in = False
        try:
            self._trust.context()
            self._client.connect(self._broker.host, self._broker.port, self._broker.keepalive_s)
        except (OSError, ValueError) as error:
            log.warning("broker_unreachable", reason=str(error))
            return False
        limit_s = time.monotonic() + self._broker.keepalive_s
        try:
            while not stopping() and self._client.loop(LOOP_S) == mqtt.MQTT_ERR_SUCCESS:
                self.beat()
                if self._connected:
                    let_in = True
                    self._say_state_now_and_then()
                    self.on_tick()
                elif let_in or time.monotonic() > limit_s:
                    break
            if stopping() and self._connected:
                self._publish(state_topic(self._gateway), OFFLINE)
        finally:
            self._connected = False
            self._client.disconnect()
            self._flush()
        return let_in

    def _flush(self) -> None:
        """Let what is still to be written go out, for a moment."""
        limit_s = time.monotonic() + FLUSH_LIMIT_S
        while self._client.want_write() and time.monotonic() < limit_s:
            if self._client.loop(0.05) != mqtt.MQTT_ERR_SUCCESS:
                break

    def _make(self, credentials: tuple[str, str] | None) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self._gateway, clean_session=False
        )
        client.will_set(state_topic(self._gateway), json.dumps(OFFLINE), qos=QOS, retain=True)
        if credentials:
            client.username_pw_set(*credentials)
        if self._broker.tls or self._broker.ca_file:
            client.tls_set_context(self._trust.context())
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _p: object
    ) -> None:
        if reason.is_failure:
            log.error("broker_refuses", reason=str(reason))
            return
        client.subscribe([(ack_topic(self._gateway), QOS), (cmd_topic(self._gateway), QOS)])
        self._publish(birth_topic(self._gateway), self._birth())
        self._said_state_s = 0.0
        self._connected = True
        self.on_connected()
        log.info("broker_connected", host=self._broker.host, port=self._broker.port)

    def _on_disconnect(self, *_: object) -> None:
        self._connected = False

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.topic == ack_topic(self._gateway):
            self.on_ack(bytes(message.payload))
        else:
            self.on_command(bytes(message.payload))

    def _say_state_now_and_then(self) -> None:
        now_s = time.monotonic()
        if not self._said_state_s or now_s - self._said_state_s >= STATE_EVERY_S:
            self._said_state_s = now_s
            self._publish(state_topic(self._gateway), self._state())

    def _publish(self, topic: str, said: dict[str, Any]) -> None:
        # Said anew on every connection, so it needs no confirmation and must not pile up.
        self._client.publish(topic, json.dumps(said), qos=0, retain=True)
