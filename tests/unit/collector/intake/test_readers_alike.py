"""The two readers make the same of the broker's bytes, however they are cut."""

import json

import pytest

from collector.intake.bulk import BulkIntake
from collector.intake.door import BACKLOG_S, Broker
from collector.intake.mqtt import MqttIntake
from collector.intake.packets_in import PacketSplitter

NOW_S = 1_732_240_000.0
OLD, NEW = int(NOW_S - BACKLOG_S - 60), int(NOW_S - 60)


class Wire:
    """A connection that gives its bytes in parts, and keeps what is written to it."""

    def __init__(self, parts):
        self.parts = [part for part in parts if part]
        self.written = b""

    def recv(self, size):
        if not self.parts:
            raise BlockingIOError
        part, self.parts[0] = self.parts[0][:size], self.parts[0][size:]
        if not self.parts[0]:
            del self.parts[0]
        return part

    def send(self, data):
        self.written += data
        return len(data)

    sendall = send


def published(topic, payload, mid, properties=None, flags=2):
    body = len(topic).to_bytes(2, "big") + topic + mid.to_bytes(2, "big")
    body += b"" if properties is None else bytes([len(properties)]) + properties
    body += payload
    size = (
        bytes([len(body)]) if len(body) < 128 else bytes([len(body) % 128 | 128, len(body) // 128])
    )
    return bytes([0x30 | flags]) + size + body


def messages(protocol):
    none, typed = (b"", b"\x03\0\x10application/cbor") if protocol == 5 else (None, None)
    old = json.dumps([{"sn": "A", "df": 1, "ts": OLD, "hd": [[0, 1]]}] * 4).encode()
    new = json.dumps({"sn": "A", "ts": NEW, "d": {"soc_percent": 5}}).encode()
    return b"".join(
        [
            published(b"shs/v1/gw-1/data", old, 1, none),
            published(b"shs/v1/KPK-0001/data", b"\xa1\x62ts", 258, typed),
            published(b"shs/v1/KPK-0001/data", new, 65_535, none, flags=0x0A),
            published(b"v1/gateway/telemetry", b"", 3, none, flags=3),
            published(b"shs/v1/\xff/data", b"{}", 4, none),
            published(b"shs/v1/gw-1/data", old, 5, none),
        ]
    )


def read_by_bulk(protocol, parts):
    found = []
    door = BulkIntake(broker(protocol), taker(found), lambda: NOW_S)
    door._connected = True
    wire, splitter = Wire(parts), PacketSplitter()
    while wire.parts:
        door._read(wire, splitter)
    door._write(wire)
    return found, wire.written


def read_by_paho(protocol, parts):
    found = []
    door = MqttIntake(broker(protocol), taker(found), lambda: NOW_S)
    wire = Wire(parts)
    door._client._sock = wire
    while wire.parts:
        door._client.loop_read()
    door._client.loop_write()
    door._client._sock = None
    return found, wire.written


def broker(protocol):
    return Broker("127.0.0.1", 1, "suluh-collector-1", protocol=protocol)


def taker(found):
    def put(delivery, done):
        found.append(delivery)
        done()
        return True

    return put


@pytest.mark.parametrize("protocol", [5, 3])
def test_the_same_bytes_cut_at_every_point_are_the_same_deliveries(protocol):
    stream = messages(protocol)
    wanted, acknowledged = read_by_paho(protocol, [stream])
    assert [d.backlog for d in wanted] == [True, False, False, False, False, True]
    assert acknowledged == b"".join(
        b"\x40\x02" + mid.to_bytes(2, "big") for mid in (1, 258, 65_535, 3, 4, 5)
    )
    for at in range(len(stream)):
        parts = [stream[:at], stream[at:]]
        assert read_by_bulk(protocol, parts) == (wanted, acknowledged), at
        assert read_by_paho(protocol, parts) == (wanted, acknowledged), at


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_in_parts_of_some_bytes_too(size):
    stream = messages(5)
    parts = [stream[i : i + size] for i in range(0, len(stream), size)]
    assert read_by_bulk(5, parts) == read_by_paho(5, [stream])
