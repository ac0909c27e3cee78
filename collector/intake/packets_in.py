"""MQTT packets as a subscriber gets them, 3.1.1 and 5.

Strict: whatever the standard forbids is a MalformedError, upon which the connection is given up.
What was not acknowledged comes again on the next.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORD = 2
_NEVER_IN_A_TOPIC = re.compile("[\0#+]")
_FIXED_BYTES = {0x01: 1, 0x02: 4}
_CONTENT_TYPE, _RESPONSE_TOPIC, _CORRELATION, _USER, _SUBSCRIPTION = 0x03, 0x08, 0x09, 0x26, 0x0B
"""Properties that a message may have; a topic alias is none of them, for we allow none."""


class MalformedError(ValueError):
    """Bytes that no broker may send; ``str(error)`` says what is wrong with them."""


class Packet(NamedTuple):
    """One whole packet: its kind, the lower half of its first byte, and what follows."""

    kind: int
    flags: int
    body: bytes


class Publish(NamedTuple):
    """A message that arrived. ``mid`` is 0 at quality 0, which wants no PUBACK."""

    topic: str
    payload: bytes
    mid: int
    retained: bool
    content_type: str


class PacketSplitter:
    """Bytes as they come -> whole packets, however the network has cut them."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._have = self._wanted = 0

    def feed(self, data: bytes) -> Iterator[Packet]:
        """The packets that are whole now. Raises MalformedError."""
        self._parts.append(data)
        self._have += len(data)
        # A large packet is put together once, not with every part of it.
        if self._have >= self._wanted:
            yield from self._split(b"".join(self._parts))

    def _split(self, data: bytes) -> Iterator[Packet]:
        at, self._wanted = 0, 0
        while len(data) - at >= _WORD:
            size, begin = _length(data, at + 1)
            if begin < 0:
                break
            if begin + size > len(data):
                self._wanted = begin + size - at
                break
            first, at = data[at], begin + size
            yield Packet(first >> 4, first & 0x0F, data[begin:at])
        self._parts = [data[at:]]
        self._have = len(data) - at


def _length(data: bytes, at: int) -> tuple[int, int]:
    """(a variable byte integer, where it ends); the end is -1 while it is not all there."""
    number = 0
    for place in range(4):
        if at + place >= len(data):
            return 0, -1
        byte = data[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if place and not byte:
                raise MalformedError("a length with more bytes than it needs")
            return number, at + place + 1
    raise MalformedError("a length of more than four bytes")


def publish_of(packet: Packet, *, five: bool) -> Publish:
    """Read a PUBLISH. Raises MalformedError."""
    body = packet.body
    quality = packet.flags & 6
    if quality > 2 or packet.flags & 14 == 8:
        raise MalformedError("a message of quality 2, or a repeated one of quality 0")
    topic, at = _text(body, 0)
    if not topic or _NEVER_IN_A_TOPIC.search(topic):
        raise MalformedError("a message without a topic, or with one that cannot be")
    mid = 0
    if quality:
        mid, at = int.from_bytes(body[at : at + _WORD], "big"), at + _WORD
        if not mid or at > len(body):
            raise MalformedError("a message without an id")
    content_type = ""
    if five and body[at : at + 1] == b"\0":  # no properties, as nearly always
        at += 1
    elif five:
        size, begin = _length(body, at)
        at = begin + size
        if begin < 0 or at > len(body):
            raise MalformedError("properties that end too early")
        content_type = _content_type(body[begin:at]) if size else ""
    return Publish(topic, body[at:], mid, bool(packet.flags & 1), content_type)


def _content_type(properties: bytes) -> str:
    """The content type among the properties of a message, empty if there is none."""
    found, at, seen = "", 0, set[int]()
    while at < len(properties):
        name, at = properties[at], at + 1
        if name in seen and name not in {_USER, _SUBSCRIPTION}:
            raise MalformedError(f"property {name:#x} stands twice")
        seen.add(name)
        if name in _FIXED_BYTES:
            at += _FIXED_BYTES[name]
        elif name == _SUBSCRIPTION:
            _, at = _length(properties, at)
        elif name in {_CONTENT_TYPE, _RESPONSE_TOPIC, _CORRELATION, _USER}:
            text, at = _text(properties, at)
            found = text if name == _CONTENT_TYPE else found
            at = _text(properties, at)[1] if name == _USER else at
        else:
            raise MalformedError(f"a message with the property {name:#x}")
        if at < 0 or at > len(properties):
            raise MalformedError("a property that ends too early")
    return found


def _text(data: bytes, at: int) -> tuple[str, int]:
    """(a text, where it ends); what is no UTF-8 is made so, for its message must not vanish."""
    end = at + _WORD + int.from_bytes(data[at : at + _WORD], "big")
    if at + _WORD > len(data) or end > len(data):
        raise MalformedError("a text that ends too early")
    return data[at + _WORD : end].decode("utf-8", "replace"), end
