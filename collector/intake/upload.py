"""An upload by HTTP -> the messages in it: one as it would come by MQTT, or a log of one a line."""

import zlib
from dataclasses import dataclass

import msgspec

MOST_BYTES = 8_000_000
"""An upload may be this large as it comes over the line."""
MOST_INFLATED_BYTES = 32_000_000
"""And this large inflated: a month of a village's readings as lines of JSON is a third of it."""
MOST_MESSAGES, MOST_READINGS = 20_000, 250_000
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_ZLIB, _GZIP = b"\x78", b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Upload:
    """The messages of an upload, in order, and whose log it says it is (empty: it does not)."""

    messages: list[bytes]
    gateway: str = ""


class _Head(msgspec.Struct):
    """The first line of a log made to be carried by hand."""

    suluh: str
    gw: str = ""


class TooLargeError(ValueError):
    """More than one upload may hold; ``str(error)`` says what."""


def read_upload(body: bytes, *, encoded: bool = False) -> Upload:
    """What an upload holds; what is no log is one message, whatever it is.

    A log has one JSON object or list on each line, after a first line that says whose it is if it
    was made to be carried. It may be compressed as a whole, by gzip or zlib. ``encoded``: the
    transfer says that it is compressed, so the one message lies inside. Raises TooLargeError.
    """
    plain = _inflated(body)
    if plain is None:
        return Upload([body])
    head, lines = _head(plain), _lines(plain)
    if head is not None:
        return Upload(lines[1:], head.gw)
    if lines:
        return Upload(lines)
    # The decoder knows zlib but not gzip, and what the transfer compressed was no part of it.
    return Upload([plain if encoded or body.startswith(_GZIP) else body])


def _head(plain: bytes) -> _Head | None:
    first = plain[:1_000].partition(b"\n")[0]
    try:
        return msgspec.json.decode(first, type=_Head) if first.startswith(b'{"suluh"') else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _inflated(body: bytes) -> bytes | None:
    """The body without its compression, None when that is broken; never more than is allowed."""
    if not body.startswith((_ZLIB, _GZIP)):
        return body
    found = bytearray()
    try:
        # Logs that were appended to each other are several compressed parts in a row.
        while body:
            stream = zlib.decompressobj(_ZLIB_OR_GZIP)
            found += stream.decompress(body, MOST_INFLATED_BYTES + 1 - len(found))
            if len(found) > MOST_INFLATED_BYTES:
                raise TooLargeError(f"more than {MOST_INFLATED_BYTES // 1_000_000} MB inflated")
            if not stream.eof:
                return None
            body = stream.unused_data
    except zlib.error:
        return None
    return bytes(found)


def _lines(plain: bytes) -> list[bytes]:
    """The lines of a log; none when this is no log but one message, however it is laid out."""
    first, _, rest = plain.lstrip().partition(b"\n")
    first = first.strip()
    # The first line of one object printed over many lines opens more than it closes.
    if not rest.strip() or not first.startswith((b"{", b"[")) or not first.endswith((b"}", b"]")):
        return []
    if plain.count(b"\n") > MOST_MESSAGES:
        raise TooLargeError(f"more than {MOST_MESSAGES} lines")
    return [line for line in map(bytes.strip, plain.split(b"\n")) if line]
