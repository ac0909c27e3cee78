"""Kept indicators brought up to date: what is missing, was computed otherwise, or came late."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analytics.archive.day_keys import day_keys
from analytics.archive.port import IndicatorArchive, KeptDays
from analytics.indicators.day_view import HALF_DAY_S
from analytics.load import Neighbourhood, measured_days
from collector.domain.clock import DAY_S, day_start_s, utc_offset_s
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore

LateDays = Mapping[str, frozenset[date]]
"""Local days on which something arrived late, by house code."""
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """Where readings, the registry and kept indicators are."""

    store: ReadingStore
    fleet: Fleet
    archive: IndicatorArchive


def late_days(reading: Reading, until_s: float) -> LateDays:
    """The days of each system that got readings since the archive's mark, up to ``until_s``.

    A UTC day has part in the local days that overlap it, and in the night before each. Raises
    StoreUnavailableError.
    """
    fleet, archive = reading.fleet, reading.archive
    if archive.seen_until_s is None or archive.first_day is None:
        return {}
    first_s = day_start_s(archive.first_day, "UTC")
    window = (first_s - 2 * DAY_S, int(until_s) + 2 * DAY_S)
    found = reading.store.arrived(window, archive.seen_until_s, until_s)
    late: dict[str, set[date]] = {}
    for code, number in zip(found.serial_code.tolist(), found.day.tolist(), strict=True):
        for assignment in fleet.by_serial.get(found.serials[code], ()):
            system = fleet.by_code.get(assignment.system)
            if system is not None:
                zone = fleet.villages[system.village].timezone
                late.setdefault(system.code, set()).update(_local_days(number, zone))
    return {code: frozenset(days) for code, days in late.items()}


@cache
def _local_days(utc_day: int, timezone: str) -> tuple[date, ...]:
    """Local days whose 36 h, from the noon before, overlap a UTC day (counted since 1970)."""
    day = _EPOCH + timedelta(utc_day)
    ahead = utc_offset_s(timezone, day) / DAY_S
    first, end = math.floor(ahead - 1.0) + 1, math.ceil(1.0 + ahead + HALF_DAY_S / DAY_S)
    return tuple(day + timedelta(shift) for shift in range(first, end))


def brought_up_to_date(
    reading: Reading, place: Neighbourhood, first_day: date, days: int, late: LateDays
) -> KeptDays:
    """The indicators of some days of a neighbourhood, computed only where they are not kept.

    A day is computed anew when it is not kept, when other devices or facts belong to it now, or
    when something of it arrived late; what was computed is kept. Raises StoreUnavailableError.
    """
    store, fleet, archive = reading.store, reading.fleet, reading.archive
    wanted = day_keys(fleet, place, first_day, days)
    touched = frozenset[date]().union(*(late.get(s.code, ()) for s in place.systems))
    inside = {(day - first_day).days for day in touched} & set(range(days))
    archive.forget(place, frozenset(d for d in touched if (d - first_day).days not in inside))
    kept = archive.load(place, first_day, days)
    stale = kept.keys != wanted
    stale[sorted(inside)] = True
    for first, end in _runs(stale):
        begin = first_day + timedelta(first)
        kept.values[:, :, first:end] = measured_days(store, fleet, place, begin, end - first)
    if stale.any():
        kept.keys[stale] = wanted[stale]
        archive.keep(place, kept, stale)
    return kept


def _runs(flags: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Half-open spans of days in a row that are flagged."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return ((int(a), int(b)) for a, b in edges.reshape(-1, 2))
