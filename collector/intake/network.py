"""paho's client with a network thread that outlives every error in it."""

import threading
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import MQTTErrorCode

PAUSE_S = 1.0
_log = structlog.get_logger(__name__)


class EnduringClient(mqtt.Client):
    """Connects anew after an error in its thread, in a callback or in a packet that it cannot read.

    paho's own thread ends by one, unseen, and nothing is received any more. What was not
    acknowledged comes again with the new connection.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        """As mqtt.Client. ``stumbles`` counts the errors."""
        super().__init__(*args, **named)
        self.stumbles = 0
        self._ending = threading.Event()
        self._asked: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def connect_async(self, *args: Any, **named: Any) -> None:
        """Note where to connect to; the thread does it."""
        self._asked = args, named
        super().connect_async(*args, **named)

    def loop_forever(self, *args: Any, **named: Any) -> MQTTErrorCode:
        """Receive and send until stopped."""
        while True:
            try:
                return super().loop_forever(*args, **named)
            except Exception:
                self.stumbles += 1
                _log.exception("the network thread stumbled; it connects anew")
            if self._ending.wait(PAUSE_S):
                return MQTTErrorCode.MQTT_ERR_CONN_LOST
            # As at the start: a new socket, nothing half read.
            super().connect_async(*self._asked[0], **self._asked[1])

    def loop_stop(self) -> MQTTErrorCode:
        """End the thread and wait for it."""
        self._ending.set()
        return super().loop_stop()
