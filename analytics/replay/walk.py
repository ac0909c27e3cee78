"""The walk itself: hear a day, judge the night, foresee once a week."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from analytics.archive.memory import MemoryArchive
from analytics.detectors import DETECTORS
from analytics.indicators.field_events import FieldEvent
from analytics.nightly import run_nightly
from analytics.prognosis.system_forecast import SystemForecast
from analytics.replay.book import MemoryBook
from analytics.replay.clocks import set_right
from analytics.replay.heard import HeardStore
from analytics.replay.output import FORECASTS, TICKETS, ForecastFile, write_tickets
from analytics.replay.readings import ReadingFiles, Rows
from analytics.replay.registry import RecordRegistry, heard_fleet
from analytics.tickets.episodes import episodes
from analytics.tickets.port import TicketFilter
from analytics.tickets.ticket import Ticket
from collector.domain.clock import DAY_S

WEEK_DAYS = 7
KEEP_DAYS = 64
"""Readings are held so long, for days that get a late one; their indicators are kept for good."""
_EPOCH = date(1970, 1, 1)
_ENOUGH_OF_A_DAY_S = 18 * 3600
"""A record that ends in the middle of a UTC day is not judged as of that day's end: what is missing
then was never recorded, not unheard."""

Progress = Callable[[date, float], None]
"""Told the night at hand and the share of the record that is done."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a walk did."""

    systems: int
    rows: int
    nights: int
    tickets: int
    still_open: int
    forecasts: int
    seconds: float
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """For a person to read."""
        first = (
            f"{self.systems} systems, {self.rows:,} readings, {self.nights} nights in "
            f"{self.seconds:.0f} s: {self.tickets} tickets ({self.still_open} open at the end), "
            f"{self.forecasts} forecasts"
        )
        return [first, *(f"  note: {note}" for note in self.notes)]


class Walk:
    """One pass over a record. Nothing of a later day is read before a night is judged."""

    def __init__(
        self, registry: RecordRegistry, files: ReadingFiles, events: Sequence[FieldEvent] = ()
    ) -> None:
        self.registry, self.files, self.events = registry, files, events
        self.book = MemoryBook()
        self.store = HeardStore([s.code for s in registry.systems], KEEP_DAYS)
        self.archive = MemoryArchive()
        self.first_heard: dict[str, int] = {}
        self.nights: list[date] = []
        self.fleet = heard_fleet(self.registry, self.first_heard)

    def run(self, out: Path, progress: Progress | None = None) -> Replayed:
        """Walk to the end and write both files into ``out``. Raises RecordError, OSError."""
        begun = time.perf_counter()
        size = max(1, sum(self.files.bytes_of))
        out.mkdir(parents=True, exist_ok=True)
        with ForecastFile(out / FORECASTS) as forecasts:
            heard, latest_s = -1, 0
            for day, rows in self.files.days():
                for as_of in range(heard + 1, day + 1) if self.first_heard else ():
                    self._night(_EPOCH + timedelta(as_of), forecasts)
                    if progress:
                        progress(self.nights[-1], self.files.bytes_read / size)
                self._hear(rows, day)
                heard, latest_s = day, int(rows.received_s[-1])
            if latest_s % DAY_S >= _ENOUGH_OF_A_DAY_S:
                self._night(_EPOCH + timedelta(heard + 1), forecasts)
        tickets = self._tickets()
        calls = [(t, e) for t in tickets for e in episodes(t, self.book.events(t.number))]
        write_tickets(calls, self.registry, out / TICKETS)
        return Replayed(
            len(self.registry.systems),
            self.files.rows,
            len(self.nights),
            len(tickets),
            sum(t.is_open for t in tickets),
            forecasts.rows,
            time.perf_counter() - begun,
            self._notes(),
        )

    def _hear(self, rows: Rows, day: int) -> None:
        rows, clocks = set_right(rows, len(self.registry.systems))
        self.store.hear(rows, day)
        self.store.note_clocks(clocks, day)
        new = [
            self.registry.systems[i].code
            for i in np.unique(rows.system).tolist()
            if self.registry.systems[i].code not in self.first_heard
        ]
        if new:
            self.first_heard |= dict.fromkeys(new, day)
            self.fleet = heard_fleet(self.registry, self.first_heard)

    def _night(self, as_of: date, forecasts: ForecastFile) -> None:
        def foresee(told: Sequence[SystemForecast]) -> None:
            forecasts.write([f for f in told if f.system in self.first_heard])

        run_nightly(
            self.store,
            self.fleet,
            self.book,
            [as_of],
            archive=self.archive,
            events=self.events,
            keep_forecasts=None if len(self.nights) % WEEK_DAYS else foresee,
            foresee_all=True,
        )
        self.nights.append(as_of)

    def _tickets(self) -> list[Ticket]:
        wanted = TicketFilter(open_only=False, faults=frozenset(DETECTORS), limit=10**9)
        return self.book.find(wanted)

    def _notes(self) -> tuple[str, ...]:
        notes = list(self.registry.notes)
        never = len(self.registry.systems) - len(self.first_heard)
        counted = (
            (never, "systems were never heard"),
            (len(self.files.unknown), "serials are not in the registry; their readings left out"),
            (self.files.without_time, "readings without a time left out"),
            (self.store.too_old, "readings came too late to matter"),
        )
        return (*notes, *(f"{count} {what}" for count, what in counted if count))
