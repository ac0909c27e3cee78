"""How old a message's readings are, seen from its first bytes: to let live ones go first.

Only the order of work hangs on it, so a guess is enough and nothing here ever raises.
"""

import re
import zlib

_HEAD_BYTES = 256
_JSON_TIME = re.compile(rb'"ts"\s*:\s*(\d{10})')
_CBOR_TIME = re.compile(rb"bts\x1a(.{4})", re.DOTALL)
"""The text string "ts" (0x62) and a 32-bit unsigned integer (0x1a)."""


def first_time_s(payload: bytes) -> float | None:
    """UTC seconds of the first reading's message time, None where none is found."""
    head = payload[: 2 * _HEAD_BYTES]
    if head[:1] == b"\x78":
        try:
            head = zlib.decompressobj().decompress(head, _HEAD_BYTES)
        except zlib.error:
            return None
    head = head[:_HEAD_BYTES]
    found = _JSON_TIME.search(head)
    if found:
        return float(found[1])
    found = _CBOR_TIME.search(head)
    return float(int.from_bytes(found[1], "big")) if found else None
