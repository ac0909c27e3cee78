"""What anybody could count without knowing batteries: the baselines' daily facts and features."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.evaluate.record import Record
from analytics.indicators.day_view import FIELDS_READ
from analytics.replay.clocks import set_right
from analytics.replay.readings import ReadingFiles, Rows
from collector.domain.clock import DAY_S, utc_offset_s

LOW_V = 11.5
DAWN_H = (4.0, 6.0)
"""Local hours before the sun is on any panel."""
RECENT_DAYS, TREND_DAYS, ENOUGH_DAYS = 28, 56, 10
NAMES = ("age", "rows a day", "V < 11.5 V", "dawn slope")
COVERAGE = 1
"""Which of them is coverage: a proxy for failure that no repair list should rest on."""
WORSE = np.array([1.0, -1.0, 1.0, -1.0])
"""Direction that is bad: older, fewer rows, more time low, falling."""
_V = FIELDS_READ.index("battery_voltage_v")
_EPOCH = date(1970, 1, 1).toordinal()

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DailyFacts:
    """Counts of each system and local day from ``first_day`` on, arrays (systems, days)."""

    first_day: int
    rows: Numbers
    low: Numbers
    dawn_v: Numbers


def daily_facts(record: Record) -> DailyFacts:
    """One pass over the readings of a record. Raises RecordError, OSError."""
    systems = record.registry.systems
    villages = record.registry.villages
    offset_s = np.array(
        [utc_offset_s(villages[s.village].timezone, date(2026, 1, 1)) for s in systems]
    )
    scale = np.array([max(s.nominal_v, 1.0) / 12.0 for s in systems])
    files = ReadingFiles(record.folder / "readings", [s.code for s in systems])
    sums: NDArray[np.float64] | None = None
    first_day = 0
    for day, rows in files.days():
        if sums is None:
            first_day = day - 2
            sums = np.zeros((4, len(systems), max(1, record.end_day - first_day + 3)))
        mended, _ = set_right(rows, len(systems))
        _add(sums, mended, offset_s, scale, first_day)
    if sums is None:
        sums = np.zeros((4, len(systems), 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return DailyFacts(first_day, sums[0], sums[1], sums[2] / sums[3])


def _add(
    sums: Numbers, rows: Rows, offset_s: NDArray[np.int64], scale: Numbers, first_day: int
) -> None:
    local_s = rows.time_s + offset_s[rows.system]
    day = local_s // DAY_S - first_day
    inside = (day >= 0) & (day < sums.shape[2])
    system, day = rows.system[inside], day[inside]
    hour = local_s[inside] % DAY_S / 3_600.0
    volts = rows.values[_V, inside] / scale[system]
    known = np.isfinite(volts)
    dawn = known & (hour >= DAWN_H[0]) & (hour < DAWN_H[1])
    cell = system * sums.shape[2] + day
    size = sums[0].size
    for place, mask, weight in (
        (0, slice(None), None),
        (1, known & (volts < LOW_V), None),
        (2, dawn, volts),
        (3, dawn, None),
    ):
        chosen = None if weight is None else weight[mask]
        sums[place].ravel()[:] += np.bincount(cell[mask], chosen, size)


def features(record: Record, facts: DailyFacts) -> Numbers:
    """The features of ``NAMES`` for every row of the record's forecasts, (rows, 4).

    Days before each as_of day only. Missing where too little was heard.
    """
    f = record.forecasts
    installed = np.array([s.installed_on.toordinal() - _EPOCH for s in record.registry.systems])
    end = f.as_of - facts.first_day
    heard = f.as_of - np.maximum(record.heard_from[f.system] - 1, f.as_of - RECENT_DAYS)
    recent_rows = _sum_before(facts.rows, f.system, end, RECENT_DAYS)
    low = _sum_before(facts.low, f.system, end, RECENT_DAYS)
    slope = _slope_before(facts.dawn_v, f.system, end)
    age = (f.as_of - installed[f.system]).astype(np.float64)
    return np.column_stack([age, recent_rows / np.maximum(heard, 1), low, slope])


def _sum_before(
    values: Numbers, system: NDArray[np.int64], end: NDArray[np.int64], days: int
) -> Numbers:
    """Sum of the last ``days`` columns before column ``end``, for each (system, end)."""
    total = np.cumsum(np.pad(np.nan_to_num(values), ((0, 0), (1, 0))), axis=1)
    last = np.clip(end, 0, values.shape[1])
    return total[system, last] - total[system, np.clip(last - days, 0, None)]


def _slope_before(values: Numbers, system: NDArray[np.int64], end: NDArray[np.int64]) -> Numbers:
    """Least squares slope a day over ``TREND_DAYS``; NaN below ``ENOUGH_DAYS`` values."""
    x = np.arange(values.shape[1], dtype=np.float64)
    known = np.isfinite(values).astype(np.float64)
    n, sx, sy, sxx, sxy = (
        _sum_before(v, system, end, TREND_DAYS)
        for v in (known, known * x, values, known * x * x, values * x)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (sxy - sx * sy / n) / (sxx - sx * sx / n)
    return np.where(n >= ENOUGH_DAYS, slope, np.nan)
