"""What could not be stored is kept whole: raw bytes, reason, sender, time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message, or the part of it, that was refused.

    ``readings`` counts the readings refused for this reason; 0 when all were stored but a value
    was left out. ``id`` is 0 until it is kept. ``payload`` is the whole message as it came.
    """

    publisher: str
    topic: str
    received_s: float
    reason: str
    readings: int
    payload: bytes
    id: int = 0

    @property
    def fingerprint(self) -> str:
        """The same message refused again for the same reason has the same fingerprint (hex)."""
        digest = hashlib.sha256(self.payload)
        for text in (self.publisher, self.topic, self.reason):
            digest.update(b"\0" + text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


class DeadLetters(Protocol):
    """Keeps dead letters; a letter with a known fingerprint is not kept twice."""

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Keep letters durably, all or none. Returns how many were new."""
        ...

    def find(self, after_id: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Letters with an id above ``after_id``, ascending, at most ``limit``."""
        ...

    def get(self, letter_id: int) -> DeadLetter | None:
        """One letter, None if there is none of that id."""
        ...

    def count_readings(self) -> int:
        """Distinct readings refused."""
        ...
