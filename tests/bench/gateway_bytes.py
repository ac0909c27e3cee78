"""What a gateway's readings cost on the line: its own sender and uplink, TLS, a real broker."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt

from collector.domain.fields import FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.gateway.config import BrokerConfig
from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured
from collector.gateway.sender import Sender
from collector.gateway.tls import Trust
from collector.gateway.uplink import Uplink
from collector.wire.topics import ack_topic
from tests.bench.counting_proxy import Count, CountingProxy
from tests.bench.messages import ROWS_A_DAY, START_S, one_day
from tests.servers.mosquitto import Mosquitto

GATEWAY = "gw-bench"
DAYS_A_MONTH = 30
HEADER_BYTES = 40
"""IPv4 and TCP without options; each piece has one, and so has its confirmation."""
KEEPALIVE_S = BrokerConfig("x").keepalive_s
ENCODINGS: dict[str, dict[str, Any]] = {
    "json": {"codec": "json", "compress": False},
    "json+zlib": {"codec": "json", "compress": True},
    "cbor": {"codec": "cbor", "compress": False},
    "cbor+zlib": {"codec": "cbor", "compress": True},
}
BATCHES = {"each alone": 0, "15 min": 1, "1 h": 4}
"""Cycles of a quarter of an hour that go in one message; 0: every reading goes by itself."""


@dataclass(frozen=True)
class Month:
    """Megabytes of a home and month: on the socket, and with the headers of TCP/IP.

    ``session_kb`` is what one new connection costs, until the first reading can go.
    """

    socket_mb: float
    with_headers_mb: float
    session_kb: float


def measure_bytes(
    folder: Path, broker: Mosquitto, homes: int, encoding: str, cycles: int, hours: int
) -> Month:
    """Send some hours of so many homes through a proxy and reckon the month from them."""
    proxy = CountingProxy(broker.port)
    line = _Line(folder, broker, proxy, homes, ENCODINGS[encoding])
    try:
        sent = line.send(_messages(homes, cycles, hours), hours)
    finally:
        line.close()
        proxy.close()
    # Between messages the connection is kept alive; the pauses themselves are not waited for.
    pause_s = 900 * max(1, cycles)
    pings = (pause_s // KEEPALIVE_S) * (hours * 3600 // pause_s)
    ping = _ping(broker)
    times = 24 / hours * DAYS_A_MONTH / homes / 1e6
    socket_bytes = sent.total + pings * ping.total
    headers = 2 * HEADER_BYTES * (sent.pieces + pings * ping.pieces)
    session_kb = line.session.total / 1000
    return Month(socket_bytes * times, (socket_bytes + headers) * times, session_kb)


class _Line:
    """Outbox, sender and uplink through the proxy, and a server that acknowledges hourly."""

    def __init__(
        self,
        folder: Path,
        broker: Mosquitto,
        proxy: CountingProxy,
        homes: int,
        encoding: dict[str, Any],
    ) -> None:
        assert broker.tls is not None
        ca_file = str(broker.tls.ca)
        config = BrokerConfig(
            "127.0.0.1", proxy.port, tls=True, ca_file=ca_file, batch_s=0.0, **encoding
        )
        self._homes, self._proxy = homes, proxy
        self._now_s = float(START_S)
        self._outbox = Outbox(folder / "outbox.db", lambda: self._now_s)
        self._outbox._db.execute("pragma synchronous = off")
        self._uplink = Uplink(GATEWAY, config, None, Trust(ca_file), birth=dict, state=dict)
        self._sender = Sender(
            self._outbox, self._uplink, lambda: self._now_s, time.monotonic, config, 1e9
        )
        self._uplink.on_ack = self._sender.acknowledged
        self._server = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._server.tls_set(ca_certs=ca_file)
        self._server.connect("127.0.0.1", broker.port)
        self._server.loop_start()
        self._done = threading.Event()
        self.session = Count()

    def send(self, messages: Iterator[list[Measured]], hours: int) -> Count:
        """All messages, one after the other as they are confirmed; what that cost."""
        hour = 1
        acknowledged = -1

        def tick() -> None:
            nonlocal hour, acknowledged
            if not self.session.total:
                self.session = self._proxy.count()
            if not self._uplink.delivered or self._sender.acknowledgements < acknowledged:
                return
            group = next(messages, None)
            if group is None or group[0].time_s >= START_S + 3600 * hour:
                acknowledged = self._sender.acknowledgements + 1
                self._acknowledge()
                hour += 1
            if group is None:
                self._done.set()
                return
            self._now_s = float(group[-1].time_s)
            for reading in group:
                self._outbox.keep(reading)
            self._sender.tick()

        self._uplink.on_tick = tick
        self._uplink.run(self._done.is_set, self._done.wait)
        if hour < hours:
            raise RuntimeError("the day was not sent to its end")
        return self._proxy.count().minus(self.session)

    def close(self) -> None:
        """Let go of all."""
        self._server.disconnect()
        self._server.loop_stop()
        self._outbox.close()

    def _acknowledge(self) -> None:
        """As the server does once an hour: the highest number of each serial."""
        each = self._outbox.counts().produced // self._homes
        said = {"acks": [{"sn": s, "b": b, "rc": each} for s, b in self._outbox.boots().items()]}
        self._server.publish(ack_topic(GATEWAY), json.dumps(said, separators=(",", ":")), qos=0)


def _messages(homes: int, cycles: int, hours: int) -> Iterator[list[Measured]]:
    """The readings of each message."""
    days = one_day(homes)
    rows = ROWS_A_DAY * hours // 24
    for first in range(0, rows, max(1, cycles)):
        readings = [
            _measured(batch, row)
            for row in range(first, min(rows, first + max(1, cycles)))
            for batch in days
        ]
        yield from [readings] if cycles else [[reading] for reading in readings]


def _measured(batch: ReadingBatch, row: int) -> Measured:
    """All eleven fields that a charge controller gives: what the bench's day lacks is made up."""
    named = zip(FIELD_NAMES, batch.values[row].tolist(), strict=True)
    fields = {name: value for name, value in named if math.isfinite(value)}
    charging = fields["pv_current_a"] > 0.05
    fields |= {
        "load_voltage_v": fields["battery_voltage_v"] - 0.05 * fields["load_current_a"],
        "soc_percent": round(60 * (fields["battery_voltage_v"] - 11.8)),
        "charge_stage": 1.0 if charging else 0.0,
        "load_state": 1.0,
        "fault_bits": 0.0,
    }
    return Measured(batch.serials[0], int(batch.time_s[row]), 2, fields)


def _ping(broker: Mosquitto) -> Count:
    """What keeping the connection alive once costs, measured over some seconds of nothing else."""
    assert broker.tls is not None
    proxy = CountingProxy(broker.port)
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.tls_set(ca_certs=str(broker.tls.ca))
    client.connect("127.0.0.1", proxy.port, keepalive=1)
    client.loop_start()
    time.sleep(1.5)
    before = proxy.count()
    while (found := proxy.count().minus(before)).pieces < 4:
        time.sleep(0.05)
    client.disconnect()
    client.loop_stop()
    proxy.close()
    pings = found.pieces // 2
    return Count(found.sent // pings, found.received // pings, 2)
