"""What the tickets part of the API answers."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from analytics.detectors.detector import Text
from analytics.tickets.ticket import Ticket, TicketEvent, TicketScope, TicketState
from api.finite import finite
from api.fleet.snapshot import Snapshot
from api.tickets.service import HIGHEST_NUMBER
from api.tickets.words import FaultWords, said
from collector.domain.clock import utc

_TICKET: JsonDict = {
    "number": 214,
    "system": "OEM-0142-0",
    "village": "Oemaman",
    "hamlet": "Dusun 2",
    "scope": "system",
    "scope_id": "OEM-0142-0",
    "fault": "panel_disconnected",
    "state": "verified",
    "severity": 1.0,
    "opened_at": "2026-11-20T16:00:00Z",
    "updated_at": "2026-11-22T16:00:00Z",
    "due_at": "2026-11-22T16:00:00Z",
    "closed_at": "2026-11-23T16:00:00Z",
    "reason": "the data show it repaired",
    "evidence": {"sunny_days": 2.0, "panel_ah_day": 0.0},
    "title": {"id": "Panel surya terputus", "en": "Panel disconnected"},
    "because": {
        "id": "2 hari cerah tanpa arus dari panel surya.",
        "en": "2 sunny days without current from the panel.",
    },
    "part": {"id": "Kabel dan konektor", "en": "Cable and connector"},
    "check": {"id": "Ukur tegangan panel surya.", "en": "Measure the panel voltage."},
}
_EVENT: JsonDict = {"at": "2026-11-20T16:00:00Z", "what": "raised", "note": ""}


class TicketQuery(BaseModel):
    """Which tickets to list."""

    village: str | None = Field(None, max_length=80, examples=["Oemaman"])
    fault: list[str] = Field([], max_length=50, examples=[["panel_disconnected"]])
    open: bool = Field(default=True, description="only those still open")
    cursor: int = Field(0, ge=0, le=HIGHEST_NUMBER, description="`next_cursor` of a page")
    limit: int = Field(100, ge=1, le=500)


class Words(BaseModel):
    """The same words in both languages."""

    id: str
    en: str


class TicketOut(BaseModel):
    """A ticket with its evidence, in numbers and in words."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TICKET]})

    number: int
    system: str = Field(description="house code")
    village: str | None
    hamlet: str | None
    scope: TicketScope = Field(description="for whom it speaks")
    scope_id: str = Field(description="house code, gateway or village")
    fault: str
    state: TicketState
    severity: float | None = Field(description="0 to 1")
    opened_at: datetime
    updated_at: datetime
    due_at: datetime
    closed_at: datetime | None
    reason: str
    evidence: dict[str, float | None]
    title: Words
    because: Words
    part: Words
    check: Words

    @classmethod
    def of(cls, ticket: Ticket, words: FaultWords, snapshot: Snapshot) -> "TicketOut":
        """A ticket with its place and its words."""
        system = snapshot.fleet.by_code.get(ticket.system)
        return cls(
            number=ticket.number,
            system=ticket.system,
            village=system.village if system else None,
            hamlet=system.hamlet if system else None,
            scope=ticket.scope,
            scope_id=ticket.whose,
            fault=ticket.fault,
            state=ticket.state,
            severity=finite(ticket.severity),
            opened_at=utc(ticket.opened_s),
            updated_at=utc(ticket.updated_s),
            due_at=utc(ticket.due_s),
            closed_at=None if ticket.closed_s is None else utc(ticket.closed_s),
            reason=ticket.reason,
            evidence={name: finite(value) for name, value in ticket.evidence.items()},
            title=_both(words.title, ticket),
            because=_both(words.because, ticket),
            part=_both(words.part, ticket),
            check=_both(words.check, ticket),
        )


class TicketsOut(BaseModel):
    """One page of tickets by ascending number."""

    items: list[TicketOut]
    next_cursor: int | None = Field(description="pass it as `cursor` for the next page")


class EventOut(BaseModel):
    """Something that happened to a ticket."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EVENT]})

    at: datetime
    what: str
    note: str

    @classmethod
    def of(cls, event: TicketEvent) -> "EventOut":
        """From the book."""
        return cls(at=utc(event.at_s), what=event.what, note=event.note)


class EventsOut(BaseModel):
    """A ticket's history, oldest first."""

    items: list[EventOut]


def _both(text: Text, ticket: Ticket) -> Words:
    return Words(id=said(text, ticket, "id"), en=said(text, ticket, "en"))
