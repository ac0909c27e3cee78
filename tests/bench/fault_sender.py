"""A gateway that keeps every message until the server says that its readings are stored."""

import json
import threading
import time
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from collector.wire.acks import read_acks
from collector.wire.topics import ack_topic, data_topic
from tests.bench.messages import START_S, SYSTEMS_A_GATEWAY, serial_of

GATEWAY = "gw-0"
SERIALS_A_MESSAGE, ROWS = 5, 4
UNKNOWN = "KPK-99999"
"""A device that the registry does not know: each tenth message speaks for it."""
WINDOW = 200
AGAIN_AFTER_S = 3.0
Name = tuple[str, int, int]
"""Serial, boot and number of a reading that is the last of its serial in a message."""


@dataclass
class _Kept:
    payload: bytes
    names: set[Name]
    sent_s: float


class FaultSender:
    """Sends as fast as it is acknowledged, until ``finish``."""

    def __init__(self, host: str, port: int) -> None:
        """``sent`` counts distinct readings of known devices and ``unknown`` those of none."""
        self.sent: dict[str, int] = {}
        self.unknown = 0
        self.last_ack_s = 0.0
        self._number = 0
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()
        self._ending, self._finishing = threading.Event(), threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=GATEWAY)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe(ack_topic(GATEWAY), 1)
        self._client.on_message = lambda _c, _d, message: self._acknowledged(message.payload)
        self._client.connect(host, port)
        self._thread = threading.Thread(target=self._run, name="fault-sender", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._client.loop_start()
        self._thread.start()

    def finish(self, within_s: float) -> int:
        """Send nothing new, until all is acknowledged. Returns how many messages never were."""
        self._finishing.set()
        limit_s = time.monotonic() + within_s
        while self.waiting and time.monotonic() < limit_s:
            time.sleep(0.05)
        self._ending.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()
        return self.waiting

    @property
    def waiting(self) -> int:
        """Messages that are not acknowledged."""
        with self._lock:
            return len(self._kept)

    def _run(self) -> None:
        while not self._ending.wait(0.01):
            now_s = time.monotonic()
            with self._lock:
                while not self._finishing.is_set() and len(self._kept) < WINDOW:
                    self._kept[self._number] = self._message()
                    self._number += 1
                due = [k for k in self._kept.values() if now_s - k.sent_s > AGAIN_AFTER_S]
                for kept in due:
                    kept.sent_s = now_s
            if self._client.is_connected():
                for kept in due:
                    self._client.publish(data_topic(GATEWAY), kept.payload, qos=1)

    def _message(self) -> _Kept:
        said, names = [], set()
        for i in range(SERIALS_A_MESSAGE):
            house = (self._number * SERIALS_A_MESSAGE + i) % SYSTEMS_A_GATEWAY
            nobody = i == 0 and self._number % 10 == 0
            serial = UNKNOWN if nobody else serial_of(house)
            first = self.unknown if nobody else self.sent.get(serial, 0)
            hd = [[60 * r, 1812, 245, 1334, 190, 61, 312] for r in range(ROWS)]
            time_s = START_S - 86_400 * 30 + 60 * first
            said.append({"sn": serial, "df": 1, "ts": time_s, "b": 1, "rc": first, "hd": hd})
            names.add((serial, 1, first + ROWS - 1))
            if nobody:
                self.unknown += ROWS
            else:
                self.sent[serial] = first + ROWS
        return _Kept(json.dumps(said).encode(), names, 0.0)

    def _acknowledged(self, payload: bytes) -> None:
        told = read_acks(payload)
        with self._lock:
            for number, kept in list(self._kept.items()):
                kept.names = {name for name in kept.names if not told.cover(*name)}
                if not kept.names:
                    del self._kept[number]
        self.last_ack_s = time.monotonic()
