"""A store that also tells of the clocks whose readings the collector had to put under other times.

What it adds are the columns of ``ReceiptClocks``: 0 on a day when no time was rebuilt, for readings
that kept their own time say nothing here.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, cast

import numpy as np

from analytics.indicators.day_view import Floats
from collector.domain.clock import DAY_S, day_start_s
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore

RebuiltBetween = Callable[[Collection[str], int, int], list[tuple[str, int, float]]]
"""Of these serials and a window of time: (serial, rebuilt time, what its device said) [s]."""
PLAIN_H = 1.0
"""A clock less than this ahead may be the receiver's own."""
_HOUR_S = 3600.0


class ClockedStore:
    """A ReadingStore with the columns of ReceiptClocks; everything else is the store's own."""

    def __init__(
        self, store: ReadingStore, fleet: Callable[[], Fleet], rebuilt: RebuiltBetween
    ) -> None:
        self._store, self._fleet, self._rebuilt = store, fleet, rebuilt

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of the store."""
        return getattr(self._store, name)

    def clock_columns(self, codes: Sequence[str], first_day: date, days: int) -> dict[str, Floats]:
        """``clock_ahead_h`` and ``clock_lag_h``, each of shape (len(codes), days)."""
        ahead, lag = (np.zeros((len(codes), days), np.float32) for _ in range(2))
        start_s = day_start_s(first_day, "UTC")
        fleet = self._fleet()
        row = {code: i for i, code in enumerate(codes)}
        serials = {a.serial for code in codes for a in fleet.by_system.get(code, ())}
        off_h: dict[tuple[int, int], list[float]] = defaultdict(list)
        for serial, time_s, said_s in self._rebuilt(serials, start_s, start_s + days * DAY_S):
            system = fleet.system_at(serial, time_s)
            if system is not None and system.code in row:
                place = row[system.code], (time_s - start_s) // DAY_S
                off_h[place].append((said_s - time_s) / _HOUR_S)
        for place, found in off_h.items():
            middle = float(np.median(found))
            ahead[place] = middle if middle < 0 or middle >= PLAIN_H else 0.0
            lag[place] = -max(found)
        return {"clock_ahead_h": ahead, "clock_lag_h": lag}


def with_clocks(
    store: ReadingStore, fleet: Callable[[], Fleet], rebuilt: RebuiltBetween
) -> ReadingStore:
    """The store with what is known of wrong clocks, for the nightly run."""
    return cast("ReadingStore", ClockedStore(store, fleet, rebuilt))
