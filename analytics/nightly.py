"""The nightly run: every system's state and tickets as of each given day.

First the villages, some at a time: their indicators are brought up to date (a night computes the
last days and what arrived late, the archive has the rest), and every detector judges them as of
every night. Then the nights in their order: findings of the whole fleet become changes of the
ticket book, one transaction a night. Killed in between, a run is simply started again: what was
computed is kept, nights that the book has are not told anew, and the newest may be judged as often
as one likes.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from analytics.archive.memory import NoArchive
from analytics.archive.port import IndicatorArchive
from analytics.archive.refresh import Reading
from analytics.detectors import DETECTORS
from analytics.indicators.field_events import FieldEvent
from analytics.judging import Progress, judged_nights
from analytics.look_back import as_of_s
from analytics.prognosis.port import Keep
from analytics.prognosis.turns import EVERYBODY, WEEK
from analytics.tickets.night import Night
from analytics.tickets.port import Changes, TicketBook, TicketFilter
from analytics.tickets.rules import RELAPSE_DAYS, decide
from collector.domain.clock import DAY_S
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore


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


def run_nightly(  # noqa: PLR0913
    store: ReadingStore,
    fleet: Fleet,
    book: TicketBook,
    as_of_days: Sequence[date],
    *,
    archive: IndicatorArchive | None = None,
    events: Sequence[FieldEvent] = (),
    keep_forecasts: Keep | None = None,
    foresee_all: bool = False,
    progress: Progress | None = None,
) -> NightlySummary:
    """Judge the fleet as of 00:00 UTC of each day, oldest first, and keep the outcome in the book.

    Nights before the newest one in the book are skipped: a past that has healed opens no ticket.
    Without an ``archive`` all indicators are computed anew and none is kept. ``events`` are what
    people are known to have done; ``keep_forecasts`` is given what the newest night foresees: those
    whose turn came with one of the nights, everybody in the first run or with ``foresee_all``. A
    past night is judged on all that is in the store by now.

    Raises StoreUnavailableError; what was done until then stays, and the run can be repeated.
    """
    begun = time.perf_counter()
    wanted = sorted(set(as_of_days))
    newest = max((s.as_of_s for s in book.states().values()), default=-np.inf)
    nights = [day for day in wanted if as_of_s(day) >= newest]
    skipped = len(wanted) - len(nights)
    if not nights or not fleet.systems:
        return NightlySummary(len(fleet.systems), 0, skipped)
    reading = Reading(store, fleet, archive or NoArchive())
    counts = np.zeros(4, np.int64)
    turns = frozenset(day.toordinal() % WEEK for day in nights)
    turns = EVERYBODY if foresee_all or newest == -np.inf else turns
    ahead = turns if keep_forecasts else None
    for night in judged_nights(reading, nights, DETECTORS, events, progress, foresee=ahead):
        if keep_forecasts:
            # Before the states, which say that the night is done: stopped between, it is repeated.
            keep_forecasts(night.foreseen)
        changes = keep_night(book, night)
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


def keep_night(book: TicketBook, night: Night) -> Changes:
    """Decide the night on the book as it is, and write what changes."""
    lately = TicketFilter(closed_since_s=night.at_s - RELAPSE_DAYS * DAY_S)
    changes = decide(night, book.find(lately), book.states(), DETECTORS)
    if changes:
        book.apply(changes)
    return changes
