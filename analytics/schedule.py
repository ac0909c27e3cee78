"""When the fleet is judged: every night, and at once for the nights that were missed."""

import threading
from datetime import date, timedelta

import structlog

from analytics.archive.port import IndicatorArchive
from analytics.labels.export import told_events
from analytics.nightly import run_nightly
from analytics.prognosis.port import Keep
from analytics.tickets.outcome import OutcomeBook
from collector.domain.clock import DAY_S, Clock, utc
from collector.fleet.port import FleetSource
from collector.store.port import ReadingStore

AFTER_MIDNIGHT_S = 600
"""Readings of the last evening may still be on their way when the UTC day ends."""
RETRY_S = 300.0
MOST_MISSED_NIGHTS = 60
_log = structlog.get_logger(__name__)


def nights_due(now_s: float, last: date | None) -> list[date]:
    """The as-of days that are to be judged now, the oldest first; ``last`` was judged already."""
    newest = utc(now_s - AFTER_MIDNIGHT_S).date()
    first = newest if last is None else last + timedelta(days=1)
    first = max(first, newest - timedelta(days=MOST_MISSED_NIGHTS - 1))
    return [first + timedelta(days=i) for i in range((newest - first).days + 1)]


def seconds_until_next(now_s: float) -> float:
    """How long it is until the next night is due."""
    return DAY_S - (now_s - AFTER_MIDNIGHT_S) % DAY_S


class NightlySchedule:
    """Judges in a thread of its own between ``start`` and ``stop``."""

    def __init__(
        self,
        store: ReadingStore,
        fleet: FleetSource,
        book: OutcomeBook,
        archive: IndicatorArchive,
        clock: Clock,
        keep_forecasts: Keep | None = None,
    ) -> None:
        """Which night was the last is read from the ticket book."""
        self._store, self._fleet, self._book, self._clock = store, fleet, book, clock
        self._archive = archive
        self._keep_forecasts = keep_forecasts
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nightly", daemon=True)

    def start(self) -> None:
        """Begin; missed nights are made up for at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the night at hand."""
        self._stopping.set()
        self._thread.join()

    def judge_due(self) -> int:
        """Judge every night that is due. Returns how many."""
        nights = nights_due(self._clock(), self._last_judged())
        if nights:
            summary = run_nightly(
                self._store,
                self._fleet.load(),
                self._book,
                nights,
                archive=self._archive,
                events=told_events(self._book),
                keep_forecasts=self._keep_forecasts,
            )
            _log.info("night judged", as_of=nights[-1].isoformat(), summary=str(summary))
        return len(nights)

    def _last_judged(self) -> date | None:
        latest_s = max((s.as_of_s for s in self._book.states().values()), default=None)
        return None if latest_s is None else utc(latest_s).date()

    def _run(self) -> None:
        wait_s = 0.0
        while not self._stopping.wait(wait_s):
            try:
                self.judge_due()
                wait_s = seconds_until_next(self._clock())
            except Exception:
                # A store that is away tonight must not end all the nights to come.
                _log.exception("the night could not be judged; it is tried again")
                wait_s = RETRY_S
