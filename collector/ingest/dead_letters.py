"""What could not be taken in: never dropped, kept as it came, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message, or some of its readings, that no store holds.

    ``payload`` is the whole message, byte for byte; ``readings`` how many of its readings this
    letter stands for (0 where they cannot be counted). ``received_s`` is UTC seconds. ``id`` is 0
    until it is kept.
    """

    id: int
    publisher: str
    topic: str
    received_s: float
    reason: str
    readings: int
    payload: bytes


class DeadLetters(Protocol):
    """Keeps dead letters. The same publisher, topic, payload and reason are one letter."""

    def add(self, letters: Sequence[DeadLetter]) -> None:
        """Keep all or none; returns when they are durable. One that is kept already stays as it is.

        Raises sqlalchemy's OperationalError when the database is out of reach.
        """
        ...

    def find(self, after_id: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Letters with an id above ``after_id``, ascending, at most ``limit``."""
        ...

    def get(self, letter_id: int) -> DeadLetter | None:
        """One letter, None if there is none of that id."""
        ...

    def count_readings(self) -> int:
        """Readings that all letters together stand for."""
        ...
