"""The first reading's time is seen without decoding; what is odd gives None, never an error."""

import json
import zlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.wire.age import first_time_s

ONE = {"sn": "KPK-0142", "df": 1, "ts": 1732233600, "b": 7, "rc": 1, "hd": [[0, 1812]]}
TEXT = json.dumps([ONE, {**ONE, "ts": 1}]).encode()
BINARY = cbor2.dumps([ONE, {**ONE, "ts": 1}])


@pytest.mark.parametrize("payload", [TEXT, BINARY, zlib.compress(TEXT), zlib.compress(BINARY)])
def test_every_encoding_shows_it(payload):
    assert first_time_s(payload) == 1732233600.0


@pytest.mark.parametrize("payload", [b"", b"x", b"\x78\x9c\xff", b"[{}]", TEXT[:10]])
def test_none_where_there_is_none(payload):
    assert first_time_s(payload) is None


@given(st.binary(max_size=600))
def test_nothing_breaks_it(payload):
    found = first_time_s(payload)
    assert found is None or found >= 0
