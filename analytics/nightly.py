"""The nightly run: every system's state and tickets as of each given day.

First the villages, some at a time: their indicators are brought up to date (a night computes the
last days and what arrived late, the archive has the rest), and every detector judges them as of
every night. Then the nights in their order: findings of the whole fleet become changes of the
ticket book, one transaction a night. Killed in between, a run is simply started again: what was
computed is kept, nights that the book has are not told anew, and the newest may be judged as often
as one likes.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.archive.memory import NoArchive
from analytics.archive.port import IndicatorArchive
from analytics.archive.refresh import Reading
from analytics.detectors import DETECTORS
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
from analytics.tickets.night import Finding, Judgement, Night
from analytics.tickets.port import Changes, TicketBook, TicketFilter
from analytics.tickets.rules import RELAPSE_DAYS, decide
from collector.domain.clock import DAY_S
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore

SEEN_COVERAGE = 0.5
"""A day counts as seen with half its readings [K]."""

Progress = Callable[[int, int], None]
"""Told (done, of) in nights; reading the villages is most of each."""


@dataclass(frozen=True, slots=True)
class NightlySummary:
    """What a run did; ``skipped`` nights were older than the book's newest."""

    systems: int
    nights: int
    skipped: int
    raised: int = 0
    reopened: int = 0
    updated: int = 0
    closed: int = 0
    open: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def __str__(self) -> str:
        """One line for the log and the person."""
        states = ", ".join(f"{n} {status}" for status, n in sorted(self.states.items()))
        again = f"{self.reopened} reopened, " if self.reopened else ""
        return (
            f"{self.systems} systems, {self.nights} nights judged ({self.skipped} known already) "
            f"in {self.seconds:.1f} s: {self.raised} tickets raised, {again}{self.closed} closed, "
            f"{self.open} open; {states or 'nothing judged'}"
        )


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


def run_nightly(  # noqa: PLR0913
    store: ReadingStore,
    fleet: Fleet,
    book: TicketBook,
    as_of_days: Sequence[date],
    *,
    archive: IndicatorArchive | None = None,
    events: Sequence[FieldEvent] = (),
    progress: Progress | None = None,
) -> NightlySummary:
    """Judge the fleet as of 00:00 UTC of each day, oldest first, and keep the outcome in the book.

    Nights before the newest one in the book are skipped: a past that has healed opens no ticket.
    Without an ``archive`` all indicators are computed anew and none is kept. ``events`` are what
    people are known to have done. A past night is judged on all that is in the store by now.

    Raises StoreUnavailableError; what was done until then stays, and the run can be repeated.
    """
    begun = time.perf_counter()
    wanted = sorted(set(as_of_days))
    newest = max((s.as_of_s for s in book.states().values()), default=-np.inf)
    nights = [day for day in wanted if as_of_s(day) >= newest]
    skipped = len(wanted) - len(nights)
    if not nights or not fleet.systems:
        return NightlySummary(len(fleet.systems), 0, skipped)
    gathered = _gather_all(Reading(store, fleet, archive or NoArchive()), nights, events, progress)
    counts = np.zeros(4, np.int64)
    for i in range(len(nights)):
        changes = _keep(book, _night(as_of_s(nights[i]), gathered, i))
        every = (changes.raised, changes.reopened, changes.updated, changes.closed)
        counts += [len(tickets) for tickets in every]
    if progress:
        progress(len(nights), len(nights))
    words = [s.status.value for s in book.states().values()]
    return NightlySummary(
        systems=len(fleet.systems),
        nights=len(nights),
        skipped=skipped,
        raised=int(counts[0]),
        reopened=int(counts[1]),
        updated=int(counts[2]),
        closed=int(counts[3]),
        open=len(book.find(TicketFilter(faults=frozenset(DETECTORS)))),
        states={word: words.count(word) for word in sorted(set(words))},
        seconds=time.perf_counter() - begun,
    )


def days_seen(table: IndicatorTable) -> NDArray[np.int32]:
    """Days with enough readings up to each day, shape (systems, days)."""
    return np.cumsum(table["coverage"] >= SEEN_COVERAGE, axis=1, dtype=np.int32)


def _gather_all(
    reading: Reading,
    nights: Sequence[date],
    events: Sequence[FieldEvent],
    progress: Progress | None,
) -> list[_Gathered]:
    """The whole fleet's part of every night, some villages after the other."""
    gathered: list[_Gathered] = []
    systems = 0
    for table in look_backs(reading, nights, events):
        gathered.append(_gather(reading.fleet, table, nights))
        systems += len(table.systems)
        if progress:
            progress(len(nights) * systems // (len(reading.fleet.systems) + 1), len(nights))
    return gathered


def _gather(fleet: Fleet, table: IndicatorTable, nights: Sequence[date]) -> _Gathered:
    at = {day: i for i, day in enumerate(table.days)}
    zone = fleet.villages[table.systems[0].village].timezone
    columns = [at[last_complete_day(day, zone)] for day in nights]
    judged = []
    for column in columns:
        view = table.until(column, LOOK_BACK_DAYS)
        judged.append({f: _sparse(view, len(view.days) - 1, f) for f in DETECTORS})
    return _Gathered(
        tuple(s.code for s in table.systems),
        [_way(fleet, s.code, s.village) for s in table.systems],
        tuple(s.village for s in table.systems),
        table["unheard_days"][:, columns],
        days_seen(table)[:, columns],
        np.stack([proved(table, column) for column in columns], axis=1),
        judged,
    )


def _way(fleet: Fleet, code: str, village: str) -> tuple[bool, str]:
    """Over which gateway, or which village's network, a system reports now."""
    gateway = gateway_now(fleet, code)
    return (True, gateway) if gateway else (False, village)


def _sparse(
    table: IndicatorTable, day: int, fault: str
) -> tuple[dict[int, Finding], NDArray[np.bool_]]:
    """A detector's findings, kept only where there is one: a fleet has few."""
    with np.errstate(invalid="ignore", divide="ignore"):
        findings = DETECTORS[fault].judge(table, day)
    found = {}
    for row in np.flatnonzero(findings.set).tolist():
        evidence = {name: round(float(v[row]), 3) for name, v in findings.evidence.items()}
        found[row] = Finding(round(float(findings.severity[row]), 3), evidence)
    return found, np.asarray(findings.clear) & ~np.asarray(findings.set)


def _night(at_s: float, gathered: Sequence[_Gathered], i: int) -> Night:
    """The whole fleet as of one night."""
    ways = [way for g in gathered for way in g.way]
    names = sorted(set(ways))
    offsets = np.cumsum([0, *(len(g.codes) for g in gathered)])
    judgements = {}
    for fault in DETECTORS:
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
    )


def _keep(book: TicketBook, night: Night) -> Changes:
    """Decide the night on the book as it is, and write what changes."""
    lately = TicketFilter(closed_since_s=night.at_s - RELAPSE_DAYS * DAY_S)
    changes = decide(night, book.find(lately), book.states(), DETECTORS)
    if changes:
        book.apply(changes)
    return changes
