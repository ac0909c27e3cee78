"""Since when a system has been silent, seen from the first day of a table."""

from datetime import date

import numpy as np

from analytics.indicators.coverage import unheard_days
from analytics.indicators.day_view import Floats
from analytics.load import Neighbourhood
from collector.domain.clock import DAY_S, day_start_s
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore


def silence(
    store: ReadingStore, fleet: Fleet, place: Neighbourhood, first_day: date, rows: Floats
) -> Floats:
    """Whole days since the last reading of each system at each day, shape of ``rows``.

    For systems without a reading in the span the store is asked. Raises StoreUnavailableError.
    """
    before = _days_unheard_before(store, fleet, place, first_day, rows)
    return unheard_days(rows, before, _awaited(fleet, place, first_day))


def _days_unheard_before(
    store: ReadingStore,
    fleet: Fleet,
    place: Neighbourhood,
    first_day: date,
    rows: Floats,
) -> Floats:
    """For systems without any reading in the span: how long before it the last one came."""
    before = np.full(len(place.systems), np.nan, np.float32)
    start_s = day_start_s(first_day, place.village.timezone)
    quiet = {
        fleet.by_system[s.code][-1].serial: i
        for i, s in enumerate(place.systems)
        if not rows[i].any() and s.code in fleet.by_system
    }
    if quiet:
        newest = store.latest(sorted(quiet))
        for code, time_s in zip(newest.serial_code, newest.time_s, strict=True):
            if time_s < start_s:
                before[quiet[newest.serials[code]]] = -((time_s - start_s) // DAY_S)
    return before


def _awaited(fleet: Fleet, place: Neighbourhood, first_day: date) -> Floats:
    """First column at which each system has a device; NaN for one that has none."""
    start_s = day_start_s(first_day, place.village.timezone)
    since = np.full(len(place.systems), np.nan, np.float32)
    for i, system in enumerate(place.systems):
        history = fleet.by_system.get(system.code, ())
        if history:
            since[i] = max(0, -(-(history[0].from_s - start_s) // DAY_S))
    return since
