"""A message ready to be sent, and how many readings it adds to what was sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """``rows`` counts distinct readings: a repeated message adds none.

    ``last`` is the serial, boot and number of the last reading, if it has one.
    """

    publisher: str
    payload: bytes
    rows: int
    last: tuple[str, int, int] | None = None
