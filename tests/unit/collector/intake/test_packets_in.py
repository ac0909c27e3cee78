"""Packets are whole however the network has cut them, and what the standard forbids is refused."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.intake.packets_in import MalformedError, Packet, PacketSplitter, publish_of
from collector.intake.packets_out import puback_packets, publish_packet

STREAM = b"".join(
    [
        *(b"\x20\x02\x00\x00", b"\xd0\x00"),
        publish_packet("shs/v1/A/data", b"x" * 150, 7, five=False),
        publish_packet("shs/v1/B/data", b"", 0xFFFF, five=False),
        publish_packet("t", b"y" * 20_000, 0, five=False),
        *(b"\xd0\x00", puback_packets([1, 256])),
    ]
)
WHOLE = list(PacketSplitter().feed(STREAM))


def test_a_stream_is_its_packets():
    assert [(p.kind, p.flags, len(p.body)) for p in WHOLE] == [
        *((2, 0, 2), (13, 0, 0), (3, 2, 167), (3, 2, 17), (3, 0, 20_003), (13, 0, 0)),
        *((4, 0, 2), (4, 0, 2)),
    ]
    assert [p.body for p in WHOLE[-2:]] == [b"\0\1", b"\1\0"]


def test_cut_at_every_point_it_is_the_same_packets():
    for at in [*range(300), *range(len(STREAM) - 30, len(STREAM))]:
        splitter = PacketSplitter()
        assert [*splitter.feed(STREAM[:at]), *splitter.feed(STREAM[at:])] == WHOLE


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, len(STREAM)), max_size=60))
def test_cut_into_many_parts_it_is_the_same_packets(cuts):
    splitter, found, ends = PacketSplitter(), [], [0, *sorted(cuts), len(STREAM)]
    for begin, end in pairwise(ends):
        found += splitter.feed(STREAM[begin:end])
    assert found == WHOLE


@pytest.mark.parametrize(
    "data", [b"\x30\xff\xff\xff\xff", b"\x30\x80\x00", b"\x30\xff\xff\xff\x80"]
)
def test_a_length_that_cannot_be(data):
    with pytest.raises(MalformedError):
        list(PacketSplitter().feed(data + b"\1"))


def message(flags=2, body=b"\0\1t\0\5payload"):
    return Packet(3, flags, body)


def test_a_message_of_each_kind():
    assert publish_of(message(), five=False) == ("t", b"payload", 5, False, "")
    assert publish_of(message(0x0B), five=False) == ("t", b"payload", 5, True, "")
    assert publish_of(message(0, b"\0\1tpayload"), five=False) == ("t", b"payload", 0, False, "")
    assert publish_of(message(2, b"\0\1t\0\5\0p"), five=True) == ("t", b"p", 5, False, "")
    assert publish_of(message(2, b"\0\3t/\xff\0\5p"), five=False).topic == "t/\ufffd"


def test_the_content_type_is_found_among_other_properties():
    properties = b"".join(
        [
            *(b"\x01\x01", b"\x02\0\0\0\x09", b"\x08\0\1r", b"\x09\0\2\xff\xfe"),
            *(b"\x26\0\1k\0\1v", b"\x0b\x81\x01", b"\x26\0\1k\0\1w", b"\x03\0\4cbor"),
        ]
    )
    body = b"\0\1t\0\5" + bytes([len(properties)]) + properties + b"p"
    assert publish_of(message(2, body), five=True) == ("t", b"p", 5, False, "cbor")


@pytest.mark.parametrize(
    ("flags", "body"),
    [
        (4, b"\0\1t\0\5p"),
        (6, b"\0\1t\0\5p"),
        (8, b"\0\1tp"),
        (2, b""),
        (2, b"\0"),
        (2, b"\0\5t"),
        (2, b"\0\0\0\5p"),
        (2, b"\0\1#\0\5p"),
        (2, b"\0\1+\0\5p"),
        (2, b"\0\1\0\0\5p"),
        (2, b"\0\1t\0\0p"),
        (2, b"\0\1t\0"),
        (2, b"\0\1t"),
    ],
)
def test_a_message_that_no_broker_may_send(flags, body):
    with pytest.raises(MalformedError):
        publish_of(message(flags, body), five=False)


@pytest.mark.parametrize(
    "properties",
    [
        *(b"\x05\x03\0\4cbo", b"\x7f\x03", b"\x02\x23\0", b"\x03\x23\0\1", b"\x02\x01"),
        *(b"\x80", b"", b"\x04\x01\0\x01\0", b"\x01\x0b", b"\x02\x0b\x80"),
    ],
)
def test_properties_that_cannot_be(properties):
    with pytest.raises(MalformedError):
        publish_of(message(2, b"\0\1t\0\5" + properties), five=True)


@given(st.binary(max_size=80), st.integers(0, 15), st.booleans())
def test_whatever_comes_it_is_a_message_or_malformed(body, flags, five):
    try:
        found = publish_of(message(flags, body), five=five)
    except MalformedError:
        return
    assert found.topic
    assert body.endswith(found.payload)
