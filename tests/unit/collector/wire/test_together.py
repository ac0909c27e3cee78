"""Messages decoded at once give what each gives alone, whatever stands between them."""

import json
import zlib
from dataclasses import dataclass

import cbor2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.domain.reading import ReadingBatch
from collector.wire import together
from collector.wire.decode import decode_message
from collector.wire.together import decode_messages


@dataclass
class Came:
    payload: bytes
    topic: str = "shs/v1/gw-1/data"
    publisher: str = "gw-1"
    received_s: float = 1_732_240_000.0
    content_type: str = ""


def condensed(serial="KPK-1", ts=1_732_233_600, rows=2, **more):
    hd = [[60 * i, 1812, None, 1334] for i in range(rows)]
    return {"sn": serial, "df": 1, "ts": ts, "b": 0, "rc": 5, "hd": hd} | more


def named(serial="KPK-2", ts=1_732_233_600.5, **more):
    d = {"battery_voltage_v": 13.3, "pv_current_a": 2}
    return {"sn": serial, "ts": ts, "d": d} | more


def dumped(*said):
    return [json.dumps(one).encode() for one in said]


USUAL = [
    *dumped(condensed(), named(), [condensed("A"), condensed("B", rows=3)], [named("A"), named()]),
    *dumped(named(b=1, rc=0), named(b=None), named(d={"soc_percent": None, "pv_voltage_v": 1})),
    *dumped([named(), named("B", d={"load_current_a": 2.5, "soc_percent": 70}), named()]),
    zlib.compress(dumped(condensed())[0]),
    cbor2.dumps([condensed(), condensed(df=2)]),
]
ODD = [
    *dumped(condensed(df=99), condensed(hd=[]), condensed(ts=None), condensed(hd=[[1] * 20])),
    *dumped(condensed(hd=[[None, 5]]), condensed(hd=[[0, "x"], [1, 2]]), condensed(rows=2001)),
    *dumped([condensed(), named()], [condensed(), condensed(df=7)], condensed(ts=1e19)),
    *dumped(named(ts=-1e300), named(ts="x"), named(d={}), named(d={"unknown": 1}), named(d=5)),
    *dumped(named(d={"pv_voltage_v": True}), named(extra=1), named(sn=""), named(b=-1)),
    *dumped(named(d={"battery_voltage_v": 13.3, "firmware": 4}), named(d={"soc_percent": None})),
    *dumped(*(kind(serial=s) for kind in (condensed, named) for s in ("A\0", "\ud800", "A" * 65))),
    *dumped([], {}, 5, [named(), {"sn": 1}], [[named()]], named(serial="a:b")),
    b'{"sn":"A","ts":1732233600,"d":{"pv_voltage_v":1,"pv_voltage_v":2}}',
    b'{"sn":"A","sn":"B","ts":1732233600,"d":{"pv_voltage_v":1}}',
    b'{"sn":"A","ts":1732233600,"d":{"pv_voltage_v":1e999}}',
    b'{"sn":"A","ts":1732233600,"d":{"pv_voltage_v":NaN}}',
    b'{"sn":"A","ts":1732233600,"d":{"pv_voltage_v":' + b"9" * 400 + b"}}",
    *(b"", b"{", b"\xff\xfe", b"x\x9c", b"\x81" * 3000, b"[" * 100_000),
]


def alike(found, messages):
    """Each row, and each reject, as each message gives it alone."""
    of_row, rows = [], []
    for number, m in enumerate(messages):
        alone = decode_message(m.topic, m.publisher, m.payload, m.received_s, m.content_type)
        rejects = sorted((r.reason, r.readings) for r in alone.rejects)
        assert rejects == sorted((r.reason, r.readings) for n, r in found.rejects if n == number)
        rows.append(alone.batch)
        of_row += [number] * len(alone.batch)
    assert found.messages == len(messages)
    assert found.message_of_row.tolist() == of_row
    wanted = ReadingBatch.concat(rows)
    serials = [wanted.serials[c] for c in wanted.serial_code]
    assert [found.batch.serials[c] for c in found.batch.serial_code] == serials
    for name in ("time_s", "values", "boot", "sequence", "device_time_s", "received_s", "quality"):
        np.testing.assert_array_equal(getattr(found.batch, name), getattr(wanted, name), name)


def test_good_messages_of_every_kind_beside_each_other():
    messages = [Came(p, received_s=1e9 + i) for i, p in enumerate(USUAL * 3)]
    found = decode_messages(messages, 10**6)
    alike(found, messages)
    assert not found.rejects


@pytest.mark.parametrize("payload", ODD, ids=lambda p: repr(p[:60]))
def test_an_odd_one_is_told_apart_and_its_neighbours_are_not_touched(payload):
    messages = [Came(p) for p in (*USUAL, payload, *USUAL)]
    found = decode_messages(messages, 10**6)
    alike(found, messages)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*USUAL, *ODD[:-1]]), max_size=12))
def test_any_mixture(payloads):
    messages = [Came(p, received_s=float(i)) for i, p in enumerate(payloads)]
    alike(decode_messages(messages, 10**6), messages)


def test_thingsboard_messages_are_read_beside_ours():
    board = Came(
        json.dumps({"battery_voltage_v": 12.5}).encode(), "v1/devices/me/telemetry", "KPK-9"
    )
    messages = [Came(USUAL[0]), board, Came(USUAL[0])]
    found = decode_messages(messages, 10**6)
    alike(found, messages)
    assert len(found.batch) == 5


def test_no_more_are_opened_than_the_rows_allow():
    messages = [Came(p) for p in dumped(*[condensed(rows=10)] * 9)]
    assert decode_messages(messages, 25).messages == 3
    assert decode_messages(messages, 1).messages == 1
    assert decode_messages([Came(b"{"), *messages], 5).messages == 2


def test_good_messages_do_not_go_the_careful_way(monkeypatch):
    monkeypatch.setattr(together, "decode_message", None)
    messages = [Came(p) for p in USUAL[:5] + USUAL[7:]]
    assert len(decode_messages(messages, 10**6).batch) == 2 + 1 + 5 + 2 + 1 + 3 + 2 + 4
