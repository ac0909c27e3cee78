"""A raw message as it came in at a door."""

from collections.abc import Sequence

import msgspec

ROW_BYTES = 200
"""What a delivery costs beside its bytes, so that a flood of empty messages is bounded too."""


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """What was received, from whom, and when (UTC seconds).

    ``backlog`` marks readings from long before their receipt: they wait while there are live ones.
    ``id`` is 0 until the spool holds it; a spool gives ascending ids and never one twice.
    A Struct, not a dataclass: there are two of it for every message, and it is made in a tenth of
    the time.
    """

    publisher: str
    topic: str
    payload: bytes
    received_s: float
    content_type: str = ""
    backlog: bool = False
    id: int = 0

    @property
    def size(self) -> int:
        """Bytes it takes on disk or in memory, about; its words count, they may be long."""
        return ROW_BYTES + len(self.payload) + len(self.topic) + len(self.content_type)


def size_of(deliveries: Sequence[Delivery]) -> int:
    """Bytes that all of them take: the sum of their sizes, in a fraction of its time."""
    words = sum([len(d.payload) + len(d.topic) + len(d.content_type) for d in deliveries])
    return words + ROW_BYTES * len(deliveries)
