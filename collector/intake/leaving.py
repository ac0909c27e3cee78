"""The MQTT door of a collector that leaves for good: joins nothing, takes what is its share."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import paho.mqtt.client as mqtt

from collector.domain.clock import Clock
from collector.intake.door import BROKER_DROPPED, Broker, Put, subscriptions
from collector.intake.mqtt import MqttIntake, client_of
from collector.spool.delivery import Delivery

ANSWER_WITHIN_S = 10.0


class LeavingIntake(MqttIntake):
    """Takes up the session, leaves the group, and receives what the broker has dealt it before."""

    def __init__(self, broker: Broker, put: Put, clock: Clock) -> None:
        """See MqttIntake. ``taken`` counts the messages that came."""
        self.taken = 0
        self._put_on = put
        self._answered = threading.Condition()
        self._answers: set[int] = set()
        super().__init__(broker, self._counted, clock)
        self._client.on_unsubscribe = self._on_unsubscribe

    def is_empty(self, durable: Callable[[], bool]) -> bool:
        """Whether the broker holds nothing more for this session, which is in no group any more.

        Call it again until it is so. ``durable`` says whether all that was taken is acknowledged.
        The broker answers in order: acknowledgements make it send what waits, and only then comes
        its answer to our leave. Where nothing came before that answer, nothing is left.
        """
        session, taken = self._session, self.taken
        if not self.connected or not durable():
            return False
        code, mid = self._leave(self._client)
        with self._answered:
            told = self._answered.wait_for(lambda: mid in self._answers, ANSWER_WITHIN_S)
            self._answers.clear()
        no_more = (session, taken) == (self._session, self.taken)
        return code == mqtt.MQTT_ERR_SUCCESS and told and no_more and durable()

    def end_session(self) -> None:
        """Have the broker forget the session, once stopped. Raises OSError; may be tried again.

        A session that begins clean takes the place of the old one and ends with its connection.
        """
        said = ["the broker hung up"]

        def on_connect(client: mqtt.Client, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
            said[0] = str(reason) if reason.is_failure else ""
            client.disconnect()

        client = client_of(self._broker, mqtt.Client, clean=True, reconnect_on_failure=False)
        client.on_connect = on_connect
        client.connect(
            self._broker.host,
            self._broker.port,
            clean_start=self._broker.protocol == 5 or mqtt.MQTT_CLEAN_START_FIRST_ONLY,
        )
        client.loop_forever()
        if said[0]:
            raise ConnectionError(said[0])

    def _arrange(self, client: mqtt.Client) -> None:
        self._leave(client)

    def _leave(self, client: mqtt.Client) -> tuple[Any, int | None]:
        wanted, unwanted = subscriptions(replace(self._broker, ask_dropped=True))
        return client.unsubscribe([*wanted, *unwanted])

    def _on_unsubscribe(
        self, _client: mqtt.Client, _data: Any, mid: int, _reasons: Any, _properties: Any
    ) -> None:
        with self._answered:
            self._answers.add(mid)
            self._answered.notify_all()

    def _counted(self, delivery: Delivery, acknowledge: Callable[[], None]) -> bool:
        if delivery.topic == BROKER_DROPPED:
            acknowledge()
            return True
        self.taken += 1
        return self._put_on(delivery, acknowledge)
