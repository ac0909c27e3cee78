"""What both MQTT doors agree on: the broker, what is read there, and how a message is handed on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from collector.spool.delivery import Delivery
from collector.wire.age import first_time_s
from collector.wire.topics import (
    DATA_FILTER,
    STATE_FILTER,
    THINGSBOARD_DEVICE,
    THINGSBOARD_GATEWAY,
    publisher_of,
)

FILTERS = (DATA_FILTER, STATE_FILTER, THINGSBOARD_DEVICE, THINGSBOARD_GATEWAY)
BROKER_DROPPED = "$SYS/broker/publish/messages/dropped"
"""mosquitto answers success for a message that its queue has no room for; only this tells."""
GROUP = "$share/suluh/"
"""MQTT 5: the broker deals messages out among all collectors, each to one of them."""
IN_FLIGHT = 5_000
"""Unacknowledged messages the broker may have outstanding with us."""
UNSENT = 10_000
"""Acknowledgements and commands that may wait to be written to the broker."""
SESSION_EXPIRY_S = 30 * 86_400
BACKLOG_S = 3_600.0
"""Readings so much older than their receipt are backlog and let live ones go first."""
Put = Callable[[Delivery, Callable[[], None]], bool]
"""Takes a delivery in and calls the second argument once it is durable. False: not any more."""


@dataclass(frozen=True, slots=True)
class Broker:
    """How to reach the broker. ``protocol`` is 5, or 3 for brokers that speak only MQTT 3.1.1.

    ``ask_dropped``: read BROKER_DROPPED too, which is put like a message.
    """

    host: str
    port: int
    client_id: str
    username: str = ""
    password: str = ""
    ca_file: str = ""
    protocol: int = 5
    ask_dropped: bool = False


def subscriptions(broker: Broker) -> tuple[Sequence[str], Sequence[str]]:
    """(what to subscribe to, what an earlier version may have left subscribed in the session).

    MQTT 3.1.1 has no shared subscriptions: there only one collector may read from a broker.
    """
    own = [BROKER_DROPPED] if broker.ask_dropped else []
    if broker.protocol == 5:
        return [*(GROUP + each for each in FILTERS), *own], FILTERS
    return [*FILTERS, *own], ()


class MqttDoor(Protocol):
    """Receives between ``start`` and ``stop``, in a thread of its own; reconnects for ever."""

    def start(self) -> None:
        """Connect in the background; a broker that is not there yet is waited for."""
        ...

    def stop(self) -> None:
        """Disconnect. The session stays at the broker: what is not acknowledged comes again."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the broker answers now."""
        ...

    def say(self, topic: str, payload: bytes) -> None:
        """Publish, at quality 0, if the broker is there and reads.

        Who misses an acknowledgement sends again, and what is missing is asked for again.
        """
        ...


def arrived(topic: str, payload: bytes, received_s: float, content_type: str) -> Delivery:
    """A message as the spool takes it."""
    oldest_s = first_time_s(payload)
    return Delivery(
        publisher_of(topic) or "",
        topic,
        payload,
        received_s,
        content_type,
        backlog=oldest_s is not None and oldest_s < received_s - BACKLOG_S,
    )
