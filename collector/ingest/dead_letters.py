"""What could not be stored is kept whole: raw bytes, reason, sender, time."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MOST_KEPT_BYTES, BEGINNING_BYTES = 8_000_000, 64_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message, or the part of it, that was refused.

    ``readings`` counts the readings refused for this reason; 0 when all were stored but a value
    was left out. ``unnumbered`` of them have no number: the ledger counts them by their letters.
    ``id`` is 0 until it is kept. ``payload`` is the whole message as it came, or its beginning
    where it was enormous (see ``shortened``). ``settled_s`` is when a person had it stored after
    all, None while it is open.
    """

    publisher: str
    topic: str
    received_s: float
    reason: str
    readings: int
    payload: bytes
    id: int = 0
    content_type: str = ""
    settled_s: float | None = None
    unnumbered: int = 0

    @property
    def fingerprint(self) -> str:
        """The same message refused again for the same reason has the same fingerprint (hex)."""
        digest = hashlib.sha256(self.payload)
        for text in (self.publisher, self.topic, self.reason):
            digest.update(b"\0" + text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def shortened(payload: bytes, reason: str) -> tuple[bytes, str]:
    """What is kept of a refused message and why it was refused.

    Up to 8 MB all of it; of a larger one the beginning, with its length and SHA-256 in the reason.
    """
    if len(payload) <= MOST_KEPT_BYTES:
        return payload, reason
    digest = hashlib.sha256(payload).hexdigest()
    return payload[:BEGINNING_BYTES], f"{reason}; {len(payload)} bytes, sha256 {digest}"


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters to list: with an id above ``after_id``, ascending, at most ``limit``.

    ``publisher`` is a whole name, ``reason`` a part of it in any case; empty means any.
    """

    after_id: int = 0
    limit: int = 100
    publisher: str = ""
    reason: str = ""
    settled_too: bool = False


EVERY_OPEN_LETTER = LetterFilter()


class DeadLetters(Protocol):
    """Keeps dead letters; a letter with a known fingerprint is not kept twice."""

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Keep letters durably, all or none. Returns how many were new."""
        ...

    def find(self, wanted: LetterFilter = EVERY_OPEN_LETTER) -> list[DeadLetter]:
        """Letters by ascending id."""
        ...

    def get(self, letter_id: int) -> DeadLetter | None:
        """One letter, None if there is none of that id."""
        ...

    def settle(self, letter_ids: Sequence[int], at_s: float) -> None:
        """Note that these were stored after all; they stay, but are no longer open."""
        ...

    def count_readings(self) -> int:
        """Distinct readings refused and not stored since."""
        ...
