"""The two files that a replay leaves behind: tickets.csv and forecasts.csv."""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import Self

from analytics.detectors import DETECTORS
from analytics.prognosis.forecast import Forecast
from analytics.replay.registry import RecordRegistry
from analytics.tickets.outage_tickets import FOR_GATEWAY, FOR_VILLAGE
from analytics.tickets.ticket import Ticket

TICKETS, FORECASTS = "tickets.csv", "forecasts.csv"
TICKET_COLUMNS = ("serial", "fault", "opened_at", "closed_at", "scope", "scope_id", "reason")
FORECAST_COLUMNS = ("serial", "as_of", "p_dark_4w", "p_dark_8w")


def write_tickets(tickets: Iterable[Ticket], registry: RecordRegistry, path: Path) -> None:
    """One row a ticket, by opening; a ticket for a gateway or a village names no serial."""
    village_of = {s.code: registry.village_names[s.village] for s in registry.systems}
    ordered = sorted(tickets, key=lambda t: (t.opened_s, t.system, t.fault))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(TICKET_COLUMNS)
        for t in ordered:
            serial, scope, scope_id = t.system, "system", t.system
            if FOR_GATEWAY in t.evidence:
                serial, scope, scope_id = "", "gateway", registry.gateways.get(t.system, "")
            elif FOR_VILLAGE in t.evidence:
                serial, scope, scope_id = "", "village", village_of[t.system]
            closed = "" if t.closed_s is None else iso(t.closed_s)
            reason = DETECTORS[t.fault].because.said("en", t.evidence)
            writer.writerow([serial, t.fault, iso(t.opened_s), closed, scope, scope_id, reason])


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


def iso(time_s: float) -> str:
    """UTC seconds as ISO 8601 with Z."""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
