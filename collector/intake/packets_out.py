"""MQTT packets as a subscriber writes them, 3.1.1 and 5."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain

_WORD = 2
_CLEAN, _PASSWORD, _USER = 0x02, 0x40, 0x80
_EXPIRY, _RECEIVE_MAXIMUM = b"\x11", b"\x21"
PINGREQ, DISCONNECT = b"\xc0\x00", b"\xe0\x00"


class Kind(IntEnum):
    """The upper half of a packet's first byte."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


@dataclass(frozen=True, slots=True)
class Session:
    """What a client asks for. ``expiry_s`` 0: nothing is kept for it while it is away.

    ``in_flight`` bounds what the broker may have outstanding; only MQTT 5 can say so.
    """

    client_id: str
    username: str = ""
    password: str = ""
    keepalive_s: int = 0
    expiry_s: int = 0
    in_flight: int = 65_535


def connect_packet(session: Session, *, five: bool) -> bytes:
    """CONNECT to a session that is kept, or to a clean one where it expires at once."""
    flags = (_PASSWORD if session.password else 0) | (_USER if session.username else 0)
    # In MQTT 5 "clean" says what becomes of an older session, in 3.1.1 also that none is kept.
    flags |= 0 if session.expiry_s else _CLEAN
    properties = (
        _EXPIRY
        + session.expiry_s.to_bytes(4, "big")
        + _RECEIVE_MAXIMUM
        + session.in_flight.to_bytes(_WORD, "big")
    )
    body = _text("MQTT") + bytes([5 if five else 4, flags])
    body += session.keepalive_s.to_bytes(_WORD, "big")
    body += _length(len(properties)) + properties if five else b""
    body += _text(session.client_id)
    body += _text(session.username) if session.username else b""
    body += _text(session.password) if session.password else b""
    return _packet(Kind.CONNECT << 4, body)


def subscribe_packet(topics: Sequence[str], mid: int, *, five: bool) -> bytes:
    """SUBSCRIBE to topics at quality 1."""
    body = mid.to_bytes(_WORD, "big") + (b"\0" if five else b"")
    return _packet(Kind.SUBSCRIBE << 4 | 2, body + b"".join(_text(t) + b"\1" for t in topics))


def unsubscribe_packet(topics: Sequence[str], mid: int) -> bytes:
    """UNSUBSCRIBE from topics, in MQTT 5."""
    body = mid.to_bytes(_WORD, "big") + b"\0" + b"".join(map(_text, topics))
    return _packet(Kind.UNSUBSCRIBE << 4 | 2, body)


def publish_packet(topic: str, payload: bytes, mid: int, *, five: bool) -> bytes:
    """PUBLISH at quality 1, or at quality 0 where ``mid`` is 0."""
    body = _text(topic) + (mid.to_bytes(_WORD, "big") if mid else b"") + (b"\0" if five else b"")
    return _packet(Kind.PUBLISH << 4 | (2 if mid else 0), body + payload)


def puback_packets(mids: Sequence[int]) -> bytes:
    """A PUBACK for each message, in this order."""
    return bytes(chain.from_iterable((Kind.PUBACK << 4, 2, m >> 8, m & 0xFF) for m in mids))


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + _length(len(body)) + body


def _text(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(_WORD, "big") + data


def _length(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)
