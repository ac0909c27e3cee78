"""The two files that a replay leaves behind: tickets.csv and forecasts.csv."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from analytics.detectors import DETECTORS
from analytics.prognosis.system_forecast import SystemForecast
from analytics.replay.moments import iso
from analytics.replay.registry import RecordRegistry
from analytics.tickets.episodes import Episode
from analytics.tickets.ticket import Ticket, TicketScope
from collector.domain.clock import utc

TICKETS, FORECASTS = "tickets.csv", "forecasts.csv"
TICKET_COLUMNS = ("serial", "fault", "opened_at", "closed_at", "scope", "scope_id", "reason")
FORECAST_COLUMNS = ("serial", "as_of", "p_dark_4w", "p_dark_8w")


def write_tickets(
    calls: Iterable[tuple[Ticket, Episode]], registry: RecordRegistry, path: Path
) -> None:
    """One row each time a ticket called somebody out, by opening.

    A ticket for a gateway or a village names no serial.
    """
    ordered = sorted(calls, key=lambda call: (call[1].opened_s, call[0].system, call[0].fault))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(TICKET_COLUMNS)
        for t, call in ordered:
            whose = t.whose
            if t.scope is TicketScope.VILLAGE:
                whose = registry.village_names.get(whose, whose)
            serial = t.system if t.scope is TicketScope.SYSTEM else ""
            closed = "" if call.closed_s is None else iso(call.closed_s)
            reason = DETECTORS[t.fault].because.said("en", t.evidence)
            row = [serial, t.fault, iso(call.opened_s), closed, t.scope.value, whose, reason]
            writer.writerow(row)


class ForecastFile:
    """forecasts.csv, written week by week."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(FORECAST_COLUMNS)
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, forecasts: Sequence[SystemForecast]) -> None:
        """A row for each; in a replay every serial is a system."""
        for told in forecasts:
            as_of = utc(told.as_of_s).date().isoformat()
            self._writer.writerow(
                [told.system, as_of, f"{told.p_dark_4w:.5f}", f"{told.p_dark_8w:.5f}"]
            )
        self.rows += len(forecasts)
