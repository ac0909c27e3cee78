"""A record as system-weeks: the facts as of each week, and how long until the battery failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.answers import Darkness
from analytics.indicators.table import IndicatorTable
from analytics.look_back import LOOK_BACK_DAYS
from analytics.prognosis.facts import FACTS, facts
from analytics.prognosis.forecast import too_few
from collector.domain.device import Chemistry

WEEK_DAYS = 7
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class SystemWeeks:
    """System-weeks of some records; arrays of shape (weeks,), days count from 1970.

    ``values[name]`` are the facts. ``last_day`` is the record's end. ``village`` numbers
    villages and ``fleet`` records over all of them. ``few`` marks weeks with too few data.
    """

    values: Mapping[str, NDArray[np.float32]]
    lithium: NDArray[np.bool_]
    few: NDArray[np.bool_]
    as_of: NDArray[np.int64]
    dark_day: NDArray[np.float64]
    last_day: NDArray[np.int64]
    village: NDArray[np.int64]
    fleet: NDArray[np.int64]

    def outcome(self, days: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(goes dark within so many days, is a case): still lit, and the outcome is known.

        Nothing of a home after it first went dark is a case, so no row after a repair is one; nor
        are a record's last weeks, of which only those that go dark at once would be known.
        """
        until = self.as_of + days
        case = (self.dark_day >= self.as_of) & (until <= self.last_day)
        return case & (self.dark_day < until), case


def system_weeks(tables: Iterable[IndicatorTable], darkness: Mapping[str, Darkness]) -> SystemWeeks:
    """Every seventh day of some tables of one record."""
    found: list[SystemWeeks] = []
    villages = 0
    for table in tables:
        heard = (table["rows"] > 0).any(axis=0)
        if heard.any():
            first = int(np.argmax(heard)) + WEEK_DAYS - 1
            days = range(first, len(table.days), WEEK_DAYS)
            found += [_week(table, day, darkness, villages) for day in days]
        villages += int(table.village_code.max(initial=-1)) + 1
    return together(found)


def together(parts: Iterable[SystemWeeks], *, apart: bool = False) -> SystemWeeks:
    """Weeks of several parts as one; ``apart``: they are of different records and villages."""
    told = list(parts)
    villages, fleets, used = [], [], 0
    for number, part in enumerate(told):
        villages.append(part.village + used)
        fleets.append(part.fleet + (number if apart else 0))
        used += int(part.village.max(initial=-1)) + 1 if apart else 0
    return SystemWeeks(
        values={f.name: np.concatenate([p.values[f.name] for p in told]) for f in FACTS},
        lithium=np.concatenate([p.lithium for p in told]),
        few=np.concatenate([p.few for p in told]),
        as_of=np.concatenate([p.as_of for p in told]),
        dark_day=np.concatenate([p.dark_day for p in told]),
        last_day=np.concatenate([p.last_day for p in told]),
        village=np.concatenate(villages),
        fleet=np.concatenate(fleets),
    )


def _week(
    table: IndicatorTable, day: int, darkness: Mapping[str, Darkness], villages: int
) -> SystemWeeks:
    before = table.until(day, LOOK_BACK_DAYS)
    last = len(before.days) - 1
    many = len(table.systems)
    return SystemWeeks(
        values=facts(before, last),
        lithium=np.array([s.battery_chemistry is Chemistry.LFP for s in table.systems], bool),
        few=too_few(before, last),
        as_of=np.full(many, table.days[day].toordinal() - _EPOCH + 1, np.int64),
        dark_day=np.array([darkness.get(s.code, Darkness()).day for s in table.systems]),
        last_day=np.full(many, table.days[-1].toordinal() - _EPOCH + 1, np.int64),
        village=table.village_code.astype(np.int64) + villages,
        fleet=np.zeros(many, np.int64),
    )
