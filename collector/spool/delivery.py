"""A raw message as it came in at a door."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was received, from whom, and when (UTC seconds).

    ``acknowledge`` tells the sender's door that the readings are durable; it is called once, from
    the ingest's thread, in the order of receipt.
    """

    publisher: str
    topic: str
    payload: bytes
    received_s: float
    acknowledge: Callable[[], None]
    content_type: str = ""
