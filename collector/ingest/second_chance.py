"""A refused message is given a second chance: as it came, or as a person has mended it."""

from dataclasses import dataclass

from msgspec.structs import replace

from collector.ingest.dead_letters import DeadLetter, DeadLetters
from collector.ingest.pipeline import Ingest
from collector.ingest.worker import Note
from collector.spool.delivery import Delivery


@dataclass(frozen=True, slots=True)
class SecondChance:
    """What came of it: readings stored, and why some are refused again (empty: none is)."""

    stored: int
    reasons: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether the letter needs nobody any more."""
        return not self.reasons and self.stored > 0


def give_second_chance(
    letter: DeadLetter,
    ingest: Ingest,
    dead_letters: DeadLetters,
    note: Note,
    now_s: float,
    mended: bytes | None = None,
) -> SecondChance:
    """Take a letter's message in again, or what a person made of it; settled once all is stored.

    Its receipt stays what it was. Readings of it that were stored before are simply written again;
    a letter that is refused again stays as it was. ``note`` enters what is stored into the books.
    Raises StoreUnavailableError.
    """
    delivery = delivery_of(letter)
    if mended is not None:
        delivery = replace(delivery, payload=mended)
    outcome, refused = ingest.attempt([delivery])
    note([delivery], outcome)
    reasons = sorted({again.reason for again in refused if again.readings})
    chance = SecondChance(outcome.stored, tuple(reasons))
    if chance.settled:
        dead_letters.settle([letter.id], now_s)
    return chance


def delivery_of(letter: DeadLetter) -> Delivery:
    """The message as it stood at the door."""
    return Delivery(
        letter.publisher, letter.topic, letter.payload, letter.received_s, letter.content_type
    )
