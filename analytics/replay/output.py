"""The two files that a replay leaves behind: tickets.csv and forecasts.csv."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Self

from analytics.detectors import DETECTORS
from analytics.prognosis.forecast import Forecast
from analytics.replay.moments import iso
from analytics.replay.registry import RecordRegistry
from analytics.tickets.episodes import Episode
from analytics.tickets.ticket import Ticket, TicketScope

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

    def write(self, as_of: date, serials: Mapping[str, int], foreseen: Forecast) -> None:
        """One week's rows of some systems, by their row in the forecast; unknown ones left out."""
        for serial, row in serials.items():
            four, eight = float(foreseen.p_dark_4w[row]), float(foreseen.p_dark_8w[row])
            if isfinite(four) and isfinite(eight):
                self._writer.writerow([serial, as_of.isoformat(), f"{four:.5f}", f"{eight:.5f}"])
                self.rows += 1
