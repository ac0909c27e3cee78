"""Which messages an acknowledgement of the collector covers."""

from collections.abc import Sequence

from collector.wire.acks import read_acks

Last = tuple[str, int, int]
"""Serial, boot and number of a message's last reading."""


def still_open(messages: Sequence[Last], payload: bytes) -> list[Last]:
    """Those of the messages whose last reading the acknowledgement does not cover."""
    try:
        told = read_acks(payload)
    except ValueError:
        return list(messages)
    return [last for last in messages if not told.cover(*last)]
