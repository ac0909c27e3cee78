"""Kept readings -> the payload of one message within the wire's limits."""

from collections.abc import Sequence

from collector.gateway.holes import Hole
from collector.gateway.reading import Kept, batches
from collector.wire.condensed import MAX_ROWS
from collector.wire.encode import Codec, encode_lost, encode_message

MAX_BYTES = 192 * 1024
"""Inflated bytes a message may have (the wire's limit)."""


def pack(rows: Sequence[Kept], codec: Codec = "json") -> tuple[Sequence[Kept], bytes]:
    """As many of the first rows as fit a message, and that message, not compressed."""
    rows = rows[:MAX_ROWS]
    while True:
        groups = batches(rows)
        plain = encode_message([b for b, _ in groups], [form for _, form in groups], codec=codec)
        if len(plain) <= MAX_BYTES or len(rows) == 1:
            return rows, plain
        rows = rows[: len(rows) // 2]


def pack_holes(holes: Sequence[Hole], codec: Codec = "json") -> bytes:
    """A message of holes, not compressed."""
    lost = [(h.run.serial, h.run.boot, h.run.first, h.run.last, h.reason) for h in holes]
    return encode_lost(lost, codec=codec)
