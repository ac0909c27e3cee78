"""Tickets held against answers: found, missed, false, or the right system with the wrong part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from analytics.detectors import DETECTORS
from analytics.evaluate.answers import Answer
from analytics.evaluate.rows import TicketRow
from collector.domain.clock import DAY_S

VISIBLE_DAYS = 7.0
"""A fault that shows for less is not asked for."""


@dataclass(frozen=True, slots=True)
class Score:
    """``found[fault]`` = (faults visible for 7 days or more; those of them ticketed).

    ``right`` are tickets of a fault that was there; ``wrong_part`` those on a system that had
    another fault then; ``false`` all others. ``missed`` lists the faults not found, ``delay_days``
    from start to first ticket of those that were (below zero: before it).
    """

    found: Mapping[str, tuple[int, int]]
    right: tuple[TicketRow, ...]
    wrong_part: tuple[TicketRow, ...]
    false: tuple[TicketRow, ...]
    missed: tuple[Answer, ...]
    delay_days: Mapping[Answer, float]


def score(tickets: Sequence[TicketRow], answers: Sequence[Answer], until_s: float = inf) -> Score:
    """Hold tickets against answers; ``until_s`` is the end of the record."""
    by_serial: dict[str, list[Answer]] = {}
    for answer in answers:
        by_serial.setdefault(answer.serial, []).append(answer)
    first_s: dict[Answer, float] = {}
    right, wrong_part, false = [], [], []
    for ticket in tickets:
        there = [
            a
            for serial in ticket.serials
            for a in by_serial.get(serial, ())
            if a.covers(ticket.opened_s)
        ]
        meant = [a for a in there if a.fault == ticket.fault]
        (right if meant else wrong_part if there else false).append(ticket)
        for answer in meant:
            first_s[answer] = min(ticket.opened_s, first_s.get(answer, inf))
    asked = [a for a in answers if min(a.end_s, until_s) - a.start_s >= VISIBLE_DAYS * DAY_S]
    faults = sorted({a.fault for a in asked} | set(DETECTORS))
    return Score(
        found={f: _count([a for a in asked if a.fault == f], first_s) for f in faults},
        right=tuple(right),
        wrong_part=tuple(wrong_part),
        false=tuple(false),
        missed=tuple(a for a in asked if a not in first_s),
        delay_days={a: (first_s[a] - a.start_s) / DAY_S for a in asked if a in first_s},
    )


def _count(asked: Sequence[Answer], found: Mapping[Answer, float]) -> tuple[int, int]:
    return len(asked), sum(a in found for a in asked)
