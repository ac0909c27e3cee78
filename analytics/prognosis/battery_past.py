"""What the facts share: the days, the present battery's first day, what its nights say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_capacity import Capacity, usable_capacity
from analytics.detectors.battery_emptied import ran_empty
from analytics.detectors.battery_nights import is_lfp, rated_ah
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import or_missing
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]
NIGHT_SEEN = 0.7
"""A night of which less is there says nothing of what was used [K]."""
MONTH = 28
"""Nights of which is asked whether they ran empty."""


@dataclass(frozen=True, slots=True)
class BatteryPast:
    """Everything up to and including column ``day``; arrays are (systems, days) or (systems,).

    ``mine`` are the days of the present battery: nothing before a replacement is weighed.
    """

    table: IndicatorTable
    day: int
    lithium: Flags
    capacity: Capacity
    mine: Flags
    empty: Flags
    """Which of the last 28 nights ran empty."""
    used: Floats
    """Share of the rated capacity that each night used; NaN where too little of it was seen."""

    def column(self, name: str) -> Floats:
        """An indicator's days up to now; all missing where the table has no such column."""
        values = self.table.values.get(name)
        if values is None:
            return np.full(self.mine.shape, np.nan, np.float32)
        return values[:, : self.day + 1]

    def lately(self, values: Floats, days: int, until: int = 0) -> Floats:
        """The days from ``days`` ago on, the last ``until`` left out; NaN of another battery.

        ``values`` ends on the judged day.
        """
        length = values.shape[1]
        span = slice(max(0, length - days), max(0, length - until))
        return or_missing(values[:, span], self.mine[:, self.mine.shape[1] - length :][:, span])


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
        empty=ran_empty(table, day, MONTH),
        used=or_missing(used, seen > NIGHT_SEEN),
    )
