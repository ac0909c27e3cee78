"""Every detector's word on every system, as of each of some nights."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.archive.refresh import Reading
from analytics.detectors.detector import Detector
from analytics.detectors.proof import proved
from analytics.indicators.field_events import FieldEvent
from analytics.indicators.table import IndicatorTable
from analytics.look_back import (
    LOOK_BACK_DAYS,
    as_of_s,
    gateway_now,
    last_complete_day,
    look_backs,
)
from analytics.prognosis.system_forecast import SystemForecast
from analytics.prognosis.turns import looked_ahead
from analytics.tickets.night import Finding, Judgement, Night
from collector.fleet.port import Fleet

SEEN_COVERAGE = 0.5
"""A day counts as seen with half its readings [K]."""

Progress = Callable[[int, int], None]
"""Told (done, of) in nights; reading the villages is most of each."""


@dataclass(slots=True)
class _Gathered:
    """Some neighbourhoods' part of every night."""

    codes: tuple[str, ...]
    way: list[tuple[bool, str]]
    villages: tuple[str, ...]
    silent_days: NDArray[np.float32]
    days_seen: NDArray[np.int32]
    proved: NDArray[np.bool_]
    judged: list[dict[str, tuple[dict[int, Finding], NDArray[np.bool_]]]]
    foreseen: list[SystemForecast]


def judged_nights(
    reading: Reading,
    nights: Sequence[date],
    detectors: Mapping[str, Detector],
    events: Sequence[FieldEvent] = (),
    progress: Progress | None = None,
    *,
    foresee: frozenset[int] | None = None,
) -> Iterator[Night]:
    """The whole fleet as of each night, oldest first; the last one looks ahead, too.

    All villages are read and judged before the first night is given, some at a time, and only
    findings are held. ``detectors`` are named as the caller likes; the judgements are named alike.
    ``foresee`` says whose turn it is to be foreseen (see ``prognosis.turns``); None: nobody's.
    Raises StoreUnavailableError.
    """
    gathered: list[_Gathered] = []
    systems = 0
    for table in look_backs(reading, nights, events):
        part = _gather(reading.fleet, table, nights, detectors)
        if foresee is not None:
            day = len(table.days) - 1
            part.foreseen = looked_ahead(table, day, as_of_s(nights[-1]), foresee)
        gathered.append(part)
        systems += len(table.systems)
        if progress:
            progress(len(nights) * systems // (len(reading.fleet.systems) + 1), len(nights))
    for i, night in enumerate(nights):
        yield _night(as_of_s(night), gathered, i)


def days_seen(table: IndicatorTable) -> NDArray[np.int32]:
    """Days with enough readings up to each day, shape (systems, days)."""
    return np.cumsum(table["coverage"] >= SEEN_COVERAGE, axis=1, dtype=np.int32)


def _gather(
    fleet: Fleet,
    table: IndicatorTable,
    nights: Sequence[date],
    detectors: Mapping[str, Detector],
) -> _Gathered:
    at = {day: i for i, day in enumerate(table.days)}
    zone = fleet.villages[table.systems[0].village].timezone
    columns = [at[last_complete_day(day, zone)] for day in nights]
    judged = []
    for column in columns:
        view = table.until(column, LOOK_BACK_DAYS)
        newest = len(view.days) - 1
        judged.append({f: _sparse(view, newest, d) for f, d in detectors.items()})
    return _Gathered(
        tuple(s.code for s in table.systems),
        [_way(fleet, s.code, s.village) for s in table.systems],
        tuple(s.village for s in table.systems),
        table["unheard_days"][:, columns],
        days_seen(table)[:, columns],
        np.stack([proved(table, column) for column in columns], axis=1),
        judged,
        [],
    )


def _way(fleet: Fleet, code: str, village: str) -> tuple[bool, str]:
    """Over which gateway, or which village's network, a system reports now."""
    gateway = gateway_now(fleet, code)
    return (True, gateway) if gateway else (False, village)


def _sparse(
    table: IndicatorTable, day: int, detector: Detector
) -> tuple[dict[int, Finding], NDArray[np.bool_]]:
    """A detector's findings, kept only where there is one: a fleet has few."""
    with np.errstate(invalid="ignore", divide="ignore"):
        findings = detector.judge(table, day)
    found = {}
    for row in np.flatnonzero(findings.set).tolist():
        evidence = {name: round(float(v[row]), 3) for name, v in findings.evidence.items()}
        found[row] = Finding(round(float(findings.severity[row]), 3), evidence)
    return found, np.asarray(findings.clear) & ~np.asarray(findings.set)


def _night(at_s: float, gathered: Sequence[_Gathered], i: int) -> Night:
    """The whole fleet as of one night."""
    last = i == len(gathered[0].judged) - 1
    ways = [way for g in gathered for way in g.way]
    names = sorted(set(ways))
    offsets = np.cumsum([0, *(len(g.codes) for g in gathered)])
    judgements = {}
    for fault in gathered[0].judged[i]:
        found: dict[int, Finding] = {}
        for g, offset in zip(gathered, offsets[:-1].tolist(), strict=True):
            found |= {row + offset: f for row, f in g.judged[i][fault][0].items()}
        clear = np.concatenate([g.judged[i][fault][1] for g in gathered])
        judgements[fault] = Judgement(found, clear)
    position = {name: k for k, name in enumerate(names)}
    return Night(
        at_s=at_s,
        systems=tuple(code for g in gathered for code in g.codes),
        group=np.array([position[way] for way in ways], np.int32),
        group_is_gateway=tuple(is_gateway for is_gateway, _ in names),
        group_name=tuple(name for _, name in names),
        village=tuple(village for g in gathered for village in g.villages),
        proved=np.concatenate([g.proved[:, i] for g in gathered]),
        silent_days=np.concatenate([g.silent_days[:, i] for g in gathered]),
        days_seen=np.concatenate([g.days_seen[:, i] for g in gathered]),
        judgements=judgements,
        foreseen=[f for g in gathered for f in g.foreseen] if last else (),
    )
