"""A message ready to be sent, and how many readings it adds to what was sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """``rows`` counts distinct readings: a repeated message adds none."""

    publisher: str
    payload: bytes
    rows: int
