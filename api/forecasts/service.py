"""Which batteries will fail next, the likeliest first, and how many to plan for."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.detectors.detector import Text
from analytics.prognosis.system_forecast import SystemForecast
from api.fleet.service import known_village
from api.fleet.snapshot import Snapshot
from api.problems.catalogue import INVALID_REQUEST, ProblemError
from collector.domain.device import System


@dataclass(frozen=True, slots=True)
class Outlook:
    """A registered system with its forecast."""

    system: System
    forecast: SystemForecast

    @property
    def rank(self) -> tuple[float, str]:
        """What lists are sorted by: the likeliest first, then by code."""
        return (-self.forecast.p_dark_8w, self.system.code)


def outlooks(snapshot: Snapshot, village: str | None = None) -> list[Outlook]:
    """Every foreseen system, the likeliest to go dark first. Raises ProblemError on a village."""
    name = known_village(snapshot, village).name if village else None
    found = [
        Outlook(system, snapshot.forecasts[system.code])
        for system in (snapshot.systems_of[name] if name else snapshot.fleet.systems)
        if system.code in snapshot.forecasts
    ]
    return sorted(found, key=lambda outlook: outlook.rank)


def expected(found: Sequence[Outlook]) -> tuple[float, float]:
    """How many of them are expected to go dark within 4 and 8 weeks: the sum of probabilities."""
    four = sum(o.forecast.p_dark_4w for o in found)
    return four, sum(o.forecast.p_dark_8w for o in found)


def after(found: Sequence[Outlook], cursor: str) -> list[Outlook]:
    """What follows the place that `cursor_of` named, if anything."""
    if not cursor:
        return list(found)
    try:
        probability, code = cursor.split("_", 1)
        last = (-float(probability), code)
    except ValueError as error:
        raise ProblemError(
            INVALID_REQUEST,
            Text(
                "cursor bukan next_cursor dari halaman sebelumnya.",
                "cursor is not the next_cursor of an earlier page.",
            ),
        ) from error
    return [outlook for outlook in found if outlook.rank > last]


def cursor_of(last: Outlook) -> str:
    """Names the place behind an outlook; stays right when the fleet changes."""
    return f"{last.forecast.p_dark_8w!r}_{last.system.code}"
