"""Other thresholds over the last nights: which tickets would open, close, be missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analytics.archive.refresh import Reading
from analytics.detectors import DETECTORS
from analytics.indicators.field_events import FieldEvent
from analytics.judging import Progress, judged_nights
from analytics.nightly import keep_night
from analytics.rehearsal.thresholds import Thresholds, with_thresholds
from analytics.replay.book import MemoryBook
from analytics.tickets.port import TicketFilter
from analytics.tickets.ticket import Ticket, TicketKey
from collector.domain.clock import DAY_S

_OTHER = " otherwise"
SAME_TICKET_DAYS = 30.0
"""Openings of one cause this near are one ticket, found sooner or later [K]."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One cause that both sets of thresholds find, at other times; days are later - sooner."""

    ticket: Ticket
    opens_days_later: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would be otherwise with other thresholds; tickets of both sides carry draft numbers.

    ``opened``: only with the new thresholds. ``missed``: only with those of today. ``closed``: of
    both, but shut at the end only with the new ones. ``moved``: of both, opened at other times.
    """

    nights: int
    today: int
    rehearsed: int
    opened: tuple[Ticket, ...]
    closed: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]
    moved: tuple[Moved, ...]

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"{self.nights} nights: {self.rehearsed} tickets instead of {self.today}; "
            f"{len(self.opened)} more, {len(self.missed)} missed, {len(self.closed)} closed "
            f"that stay open today, {len(self.moved)} at another time"
        )


def rehearse(
    reading: Reading,
    nights: Sequence[date],
    thresholds: Thresholds,
    events: Sequence[FieldEvent] = (),
    progress: Progress | None = None,
) -> Rehearsal:
    """Judge these nights, oldest first, as they are judged today and with other thresholds.

    Both begin with an empty book and on what is known by now; nothing is written. Raises KeyError
    and LookupError for faults and thresholds that are not there, StoreUnavailableError.
    """
    changed = {f + _OTHER: with_thresholds(f, wanted) for f, wanted in thresholds.items()}
    today, rehearsed = MemoryBook(), MemoryBook()
    for night in judged_nights(reading, nights, {**DETECTORS, **changed}, events, progress):
        said = night.judgements
        as_today = {fault: said[fault] for fault in DETECTORS}
        otherwise = {fault: said.get(fault + _OTHER, said[fault]) for fault in DETECTORS}
        keep_night(today, replace(night, judgements=as_today))
        keep_night(rehearsed, replace(night, judgements=otherwise))
    every = TicketFilter(open_only=False)
    return compared(len(nights), today.find(every), rehearsed.find(every))


def compared(nights: int, today: Iterable[Ticket], rehearsed: Iterable[Ticket]) -> Rehearsal:
    """The two sides of a rehearsal ticket by ticket: the same cause, opened about when."""
    left = sorted(today, key=lambda t: t.opened_s)
    right = sorted(rehearsed, key=lambda t: t.opened_s)
    pairs, more = _paired(left, right)
    moved = [
        Moved(new, (new.opened_s - old.opened_s) / DAY_S)
        for old, new in pairs
        if new.opened_s != old.opened_s
    ]
    paired = {id(old) for old, _ in pairs}
    return Rehearsal(
        nights,
        len(left),
        len(right),
        tuple(more),
        tuple(new for old, new in pairs if old.is_open and not new.is_open),
        tuple(old for old in left if id(old) not in paired),
        tuple(moved),
    )


def _paired(
    left: Sequence[Ticket], right: Sequence[Ticket]
) -> tuple[list[tuple[Ticket, Ticket]], list[Ticket]]:
    waiting: dict[TicketKey, list[Ticket]] = {}
    for ticket in left:
        waiting.setdefault(ticket.key, []).append(ticket)
    pairs, more = [], []
    for ticket in right:
        near = [
            old
            for old in waiting.get(ticket.key, ())
            if abs(old.opened_s - ticket.opened_s) <= SAME_TICKET_DAYS * DAY_S
        ]
        if near:
            waiting[ticket.key].remove(near[0])
            pairs.append((near[0], ticket))
        else:
            more.append(ticket)
    return pairs, more
