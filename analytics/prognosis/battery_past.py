"""What the facts share: the days, the present battery's first day, what its nights say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_capacity import Capacity, usable_capacity
from analytics.detectors.battery_emptied import ran_empty
from analytics.detectors.battery_nights import is_lfp, rated_ah
from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]
NIGHT_SEEN = 0.7
"""A night of which less is there says nothing of what was used [K]."""


@dataclass(frozen=True, slots=True)
class BatteryPast:
    """Everything up to and including column ``day``; arrays are (systems, day + 1) or (systems,).

    ``mine`` are the days of the present battery: nothing before a replacement is weighed.
    """

    table: IndicatorTable
    day: int
    lithium: Flags
    capacity: Capacity
    mine: Flags
    empty: Flags
    used: Floats
    """Share of the rated capacity that each night used; NaN where too little of it was seen."""
    excess_v: Floats
    """How far each night fell below the neighbours' curve; NaN where that is not known."""

    def column(self, name: str) -> Floats:
        """An indicator's days up to now; all missing where the table has no such column."""
        values = self.table.values.get(name)
        if values is None:
            return np.full(self.mine.shape, np.nan, np.float32)
        return values[:, : self.day + 1]

    def lately(self, days: int, until: int = 0) -> Flags:
        """The present battery's days from ``days`` ago on, those of the last ``until`` left out."""
        columns = np.arange(self.day + 1)
        inside = (columns > self.day - days) & (columns <= self.day - until)
        return self.mine & inside


def battery_past(table: IndicatorTable, day: int) -> BatteryPast:
    """Gather what all facts read, once."""
    capacity = usable_capacity(table, day)
    seen = table["night_seen"][:, : day + 1]
    used = table["used_ah"][:, : day + 1] / rated_ah(table) / np.maximum(seen, np.float32(0.5))
    return BatteryPast(
        table=table,
        day=day,
        lithium=is_lfp(table),
        capacity=capacity,
        mine=np.arange(day + 1) >= capacity.since[:, None],
        empty=ran_empty(table, day, day + 1),
        used=np.where(seen > NIGHT_SEEN, used, np.float32(np.nan)),
        excess_v=_as_long(capacity.excess_v, day + 1),
    )


def _as_long(newest: Floats, days: int) -> Floats:
    """The newest days with missing ones before them, (systems, days)."""
    found = np.full((newest.shape[0], days), np.nan, np.float32)
    found[:, days - newest.shape[1] :] = newest
    return found
