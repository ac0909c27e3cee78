"""What the dead letters part of the API answers."""

import base64
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.dependencies import WITHOUT_NUL
from api.letters.service import HIGHEST_ID
from collector.domain.clock import utc
from collector.ingest.dead_letters import DeadLetter
from collector.ingest.second_chance import SecondChance
from collector.ingest.why_refused import meaning_of

_LETTER: JsonDict = {
    "id": 12,
    "publisher": "gw-oemaman",
    "received": "2026-11-22T04:00:00Z",
    "reason": "serial not assigned to a system at that time",
    "readings": 3,
    "bytes": 214,
    "settled": False,
}
_WHOLE: JsonDict = {
    **_LETTER,
    "topic": "shs/v1/gw-oemaman/data",
    "content_type": "",
    "payload_base64": "eyJzbiI6IktQSy05OTk5In0=",
    "meaning": "The registry knows no system that this device was measuring at that time.",
    "remedy": "Enter the device (./suluh import FILE), then replay the letter.",
}
_CHANCE: JsonDict = {"stored": 3, "reasons": [], "settled": True}


class LetterQuery(BaseModel):
    """Which letters to list."""

    publisher: str = Field("", max_length=64, pattern=WITHOUT_NUL, description="a whole name")
    reason: str = Field(
        "", max_length=80, pattern=WITHOUT_NUL, description="a part of it, in any case"
    )
    settled: bool = Field(default=False, description="those stored since, too")
    cursor: int = Field(0, ge=0, le=HIGHEST_ID, description="`next_cursor` of a page")
    limit: int = Field(100, ge=1, le=500)


class LetterOut(BaseModel):
    """A message, or the part of it, that was refused."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LETTER]})

    id: int
    publisher: str
    received: datetime
    reason: str
    readings: int = Field(description="refused for this reason; 0: only a value was left out")
    bytes: int = Field(description="of the message as it is kept")
    settled: bool = Field(description="whether it was stored after all")

    @classmethod
    def of(cls, letter: DeadLetter) -> "LetterOut":
        """As the list shows it."""
        return cls(
            id=letter.id,
            publisher=letter.publisher,
            received=utc(letter.received_s),
            reason=letter.reason,
            readings=letter.readings,
            bytes=len(letter.payload),
            settled=letter.settled_s is not None,
        )


class LettersOut(BaseModel):
    """A page of letters, oldest first."""

    items: list[LetterOut]
    next_cursor: int | None


class WholeLetterOut(LetterOut):
    """A letter with its message as it came, what its reason means and what to do."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WHOLE]})

    topic: str
    content_type: str
    payload_base64: str
    meaning: str
    remedy: str

    @classmethod
    def of(cls, letter: DeadLetter) -> "WholeLetterOut":
        """Everything there is to know."""
        meaning = meaning_of(letter.reason)
        return cls(
            **LetterOut.of(letter).model_dump(),
            topic=letter.topic,
            content_type=letter.content_type,
            payload_base64=base64.b64encode(letter.payload).decode(),
            meaning=meaning.meaning,
            remedy=meaning.remedy,
        )


class ChanceOut(BaseModel):
    """What came of a second chance; ``reasons`` say why readings were refused again."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANCE]})

    stored: int = Field(description="readings")
    reasons: list[str]
    settled: bool

    @classmethod
    def of(cls, chance: SecondChance) -> "ChanceOut":
        """As it went."""
        return cls(stored=chance.stored, reasons=list(chance.reasons), settled=chance.settled)
