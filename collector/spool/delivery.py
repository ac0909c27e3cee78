"""A raw message as it came in at a door."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was received, from whom, and when (UTC seconds).

    ``backlog`` marks readings from long before their receipt: they wait while there are live ones.
    ``id`` is 0 until the spool holds it; a spool gives ascending ids and never one twice.
    """

    publisher: str
    topic: str
    payload: bytes
    received_s: float
    content_type: str = ""
    backlog: bool = False
    id: int = 0
