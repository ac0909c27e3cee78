"""The figures of the tickets: by fault, false ones by healthy system-months, worst village."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.answers import Answer
from analytics.evaluate.foresight import draws_of, plain, with_interval
from analytics.evaluate.record import Record
from analytics.evaluate.rows import TicketRow
from analytics.evaluate.score import Score, score
from collector.domain.clock import DAY_S

MONTH_DAYS = 365.25 / 12.0
FEWEST_TICKETS = 5
"""Below so many tickets a village's precision is a matter of luck, and it is not the worst."""
GROUPS = {
    "panel faults": lambda fault: fault.startswith("panel_"),
    "lamp faults": lambda fault: fault.startswith("lamp_"),
    "battery faults": lambda fault: fault.startswith("battery_"),
}

Village = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """The tickets of all records held against their answers, each with its village.

    ``healthy_days`` are days on which a system was heard of and had no fault, by village.
    """

    right: tuple[tuple[Village, TicketRow], ...]
    wrong_part: tuple[tuple[Village, TicketRow], ...]
    false: tuple[tuple[Village, TicketRow], ...]
    asked: tuple[tuple[Village, Answer, float | None], ...]
    healthy_days: dict[Village, float]
    days: float


def scored(records: Sequence[Record]) -> Scored:
    """Hold every record's tickets against its answers."""
    kinds: dict[str, list[tuple[Village, TicketRow]]] = {"right": [], "wrong_part": [], "false": []}
    asked: list[tuple[Village, Answer, float | None]] = []
    healthy: dict[Village, float] = {}
    days = 0.0
    for number, record in enumerate(records):
        village_of = {s.code: (number, s.village) for s in record.registry.systems}
        nowhere = (number, "")
        result: Score = score(record.tickets, record.answers, record.end_s)
        for kind, held in kinds.items():
            held += [
                (village_of.get(min(t.serials, default=""), nowhere), t)
                for t in getattr(result, kind)
            ]
        told = [*result.delay_days, *result.missed]
        asked += [(village_of.get(a.serial, nowhere), a, result.delay_days.get(a)) for a in told]
        for village, total, well in _days(record, number):
            healthy[village] = healthy.get(village, 0.0) + well
            days += total
    return Scored(
        tuple(kinds["right"]),
        tuple(kinds["wrong_part"]),
        tuple(kinds["false"]),
        tuple(asked),
        healthy,
        days,
    )


def _days(record: Record, number: int) -> list[tuple[Village, float, float]]:
    """(village, days heard of, those without a fault) of each system."""
    faulty: dict[str, list[tuple[float, float]]] = {}
    for a in record.answers:
        faulty.setdefault(a.serial, []).append((a.start_s / DAY_S, a.end_s / DAY_S))
    found = []
    for row, system in enumerate(record.registry.systems):
        first, end = record.heard_from[row] - 1.0, float(record.end_day)
        if first < end:
            ill = _covered(faulty.get(system.code, []), first, end)
            found.append(((number, system.village), end - first, end - first - ill))
    return found


def _covered(spans: Sequence[tuple[float, float]], first: float, end: float) -> float:
    """Length of the union of spans within ``first`` to ``end``."""
    total, reached = 0.0, first
    for begin, stop in sorted(spans):
        until = min(stop, end)
        if until > max(begin, reached):
            total += until - max(begin, reached)
            reached = until
    return total


def ticket_figures(result: Scored, rng: np.random.Generator) -> dict[str, Any]:
    """Everything that is said of tickets, with intervals by drawing villages anew."""
    villages = sorted(
        set(result.healthy_days) | {v for v, *_ in (*result.right, *result.false, *result.asked)}
    )
    draws = draws_of(len(villages), rng)
    months = np.array([result.healthy_days.get(v, 0.0) for v in villages]) / MONTH_DAYS
    false = _per_village(result.false, villages)
    rate = 1000.0 * _share(false, months, draws[:0])[0]
    drawn = [1000.0 * value for value in _share(false, months, draws)[1]]
    faults = sorted({a.fault for _, a, _ in result.asked} | {t.fault for _, t in _all(result)})
    groups = {f: (lambda fault, one=f: fault == one) for f in faults} | GROUPS
    return {
        "tickets": len(_all(result)),
        "right": len(result.right),
        "wrong_part": len(result.wrong_part),
        "false": len(result.false),
        "system_months": round(result.days / MONTH_DAYS, 1),
        "healthy_system_months": round(float(months.sum()), 1),
        "false_per_1000_healthy_system_months": with_interval(rate, drawn),
        "worst_village": _worst_village(result),
        "faults": {
            name: _fault(result, chosen, villages, draws) for name, chosen in groups.items()
        },
    }


def _all(result: Scored) -> list[tuple[Village, TicketRow]]:
    return [*result.right, *result.wrong_part, *result.false]


def _fault(
    result: Scored,
    chosen: Callable[[str], bool],
    villages: Sequence[Village],
    draws: NDArray[np.int64],
) -> dict[str, Any]:
    asked = [(v, a, d) for v, a, d in result.asked if chosen(a.fault)]
    hit = [(v, a) for v, a, d in asked if d is not None]
    delays = [d for _, _, d in asked if d is not None]
    tickets = {
        kind: [(v, t) for v, t in getattr(result, kind) if chosen(t.fault)]
        for kind in ("right", "wrong_part", "false")
    }
    every = [row for rows in tickets.values() for row in rows]
    recall, drawn = _share(_per_village(hit, villages), _per_village(asked, villages), draws)
    right = _per_village(tickets["right"], villages)
    precision, redrawn = _share(right, _per_village(every, villages), draws)
    return {
        "visible": len(asked),
        "found": len(hit),
        "recall": with_interval(recall, drawn),
        "median_days": plain(float(np.median(delays))) if delays else None,
        "tickets": len(every),
        "precision": with_interval(precision, redrawn),
        "wrong_part": len(tickets["wrong_part"]),
        "false": len(tickets["false"]),
    }


def _worst_village(result: Scored) -> dict[str, Any]:
    right: dict[Village, int] = {}
    every: dict[Village, int] = {}
    for village, _ in result.right:
        right[village] = right.get(village, 0) + 1
    for village, _ in _all(result):
        every[village] = every.get(village, 0) + 1
    judged = {v: right.get(v, 0) / n for v, n in every.items() if n >= FEWEST_TICKETS}
    if not judged:
        return {"precision": None, "village": "", "tickets": 0, "record": 0}
    worst = min(judged, key=lambda v: (judged[v], v))
    return {
        "precision": plain(judged[worst]),
        "village": worst[1],
        "tickets": every[worst],
        "record": worst[0],
    }


def _per_village(
    rows: Sequence[tuple[Any, ...]], villages: Sequence[Village]
) -> NDArray[np.float64]:
    place = {village: i for i, village in enumerate(villages)}
    return np.bincount(
        [place[row[0]] for row in rows if row[0] in place], minlength=len(villages)
    ).astype(float)


def _share(
    part: NDArray[np.float64], whole: NDArray[np.float64], draws: NDArray[np.int64]
) -> tuple[float, list[float]]:
    """Part / whole over all villages, and in each resample; NaN where there is nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = (draws @ part) / (draws @ whole)
        value = float(np.float64(part.sum()) / np.float64(whole.sum()))
    return value, drawn.tolist()
