"""The cases that forecasts are judged on: one for each system and week, of all records together.

Which weeks count is decided here and nowhere else, so that nothing of a home that has gone dark,
or been repaired since, finds its way into a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.record import Record

WEEK_DAYS = 7
LEAD_WEEKS = (0, 2, 4, 8, 12)
STRATA = ("all", "gradual", "abrupt")
HORIZON_WEEKS = 8
"""A control week is one whose home stays lit for so long, or for the lead if that is longer."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """System-weeks with a forecast, arrays of shape (weeks,); days count from 1970 (UTC).

    ``home`` and ``village`` number systems and villages over all records. ``dark_day`` is infinite
    for homes that the battery never left dark; ``end_day`` is the end of the week's record.
    """

    home: NDArray[np.int64]
    village: NDArray[np.int64]
    as_of: NDArray[np.int64]
    dark_day: NDArray[np.float64]
    abrupt: NDArray[np.bool_]
    end_day: NDArray[np.int64]
    p_dark_4w: NDArray[np.float64]
    p_dark_8w: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.home.size)


def weeks_of(records: Sequence[Record]) -> Weeks:
    """All weeks of some records; villages of different records are different villages."""
    parts: list[list[NDArray[np.generic]]] = []
    homes = villages = 0
    for r in records:
        names = sorted(set(r.villages))
        village = np.array([names.index(v) for v in r.villages], np.int64)
        f = r.forecasts
        end = np.full(f.system.size, r.end_day, np.int64)
        parts.append(
            [
                f.system + homes,
                village[f.system] + villages,
                f.as_of,
                r.dark_day[f.system],
                r.abrupt[f.system],
                end,
                f.p_dark_4w,
                f.p_dark_8w,
            ]
        )
        homes += len(r.registry.systems)
        villages += len(names)
    return Weeks(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def before_darkness(weeks: Weeks, lead_weeks: int, stratum: str) -> NDArray[np.bool_]:
    """The one week of each home that lies ``lead_weeks`` before it goes dark, or up to 6 days more.

    ``stratum``: all, gradual or abrupt failures. Shape (weeks,).
    """
    left = weeks.dark_day - weeks.as_of - WEEK_DAYS * lead_weeks
    chosen = (left >= 0) & (left < WEEK_DAYS)
    if stratum != "all":
        chosen &= weeks.abrupt == (stratum == "abrupt")
    return chosen


def lit_for(weeks: Weeks, lead_weeks: int) -> NDArray[np.bool_]:
    """Weeks of homes alive whose battery lasts the horizon, known to the end of it."""
    days = WEEK_DAYS * max(HORIZON_WEEKS, lead_weeks)
    until = weeks.as_of + days
    return (weeks.dark_day > until) & (until <= weeks.end_day)


def dark_within(weeks: Weeks, horizon_weeks: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(goes dark within the horizon, is a case at all): homes still lit, their outcome known."""
    until = weeks.as_of + WEEK_DAYS * horizon_weeks
    dark = (weeks.dark_day >= weeks.as_of) & (weeks.dark_day < until)
    lit = (weeks.dark_day >= until) & (until <= weeks.end_day)
    return dark, dark | lit
