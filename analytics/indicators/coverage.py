"""How much was heard of a system."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.interval import cells_per_reading

INDICATORS = (
    Indicator("rows", "1", "readings of the local day", "count"),
    Indicator("coverage", "1", "share of the day for which readings of the device stand", "count"),
    Indicator("excluded", "1", "values left out by masks / all values of the day", "quality masks"),
)
UNHEARD_DAYS = Indicator(
    "unheard_days", "d", "whole local days since the last reading, 0 on a day with one", "count"
)


def measure(view: DayView) -> dict[str, Floats]:
    """Readings, coverage and what was not used of each local day, (systems, days); never missing.

    Days of a clock that is astray are left out whole and show in ``noon_shift_h``.
    """
    rows = view.by_day(view.block.rows)
    cells = np.count_nonzero(rows, axis=-1).astype(np.float32)
    apart = readings_apart(view).astype(np.float32)
    return {
        "rows": rows.sum(-1, dtype=np.float32),
        "coverage": np.minimum(cells * apart[:, None] / np.float32(view.samples), np.float32(1.0)),
        "excluded": _excluded(view),
    }


def readings_apart(view: DayView) -> NDArray[np.int64]:
    """How many cells each system's readings lie apart, shape (systems,)."""
    return view.once("readings apart", lambda: cells_per_reading(view.block.rows))


def _excluded(view: DayView) -> Floats:
    """Share of the values of all fields that a mask took out; one may be counted by two masks."""
    found = np.zeros((view.block.rows.shape[0], view.days), np.float32)
    for by_field in view.doubts.excluded.values():
        for mask in by_field.values():
            found += view.counted(mask)
    return found / np.float32(view.samples * len(view.block.values))


NEIGHBOURS_HEARD = 0.8
"""Share of a village that must have reported before one that never did counts as silent [K]."""


def unheard_days(rows: Floats, before: Floats, awaited: Floats) -> Floats:
    """Whole days since the last reading at each day; NaN for a system that is not awaited yet.

    ``rows`` has shape (systems, days). ``before`` (systems,) says how many days before the first
    column the last earlier reading lies (1 = the day before), NaN when there is none. A system that
    never reported is silent since column ``awaited``, when its device was assigned, but only once
    nearly all neighbours report: while a village is being equipped, many do not yet.
    """
    days = np.arange(rows.shape[1], dtype=np.float32)
    none = np.float32(-np.inf)
    last = np.maximum.accumulate(np.where(rows > 0, days, none), axis=1)
    last = np.fmax(last, np.where(np.isfinite(before), -before, none)[:, None])
    never = np.isneginf(last)
    usual = (~never).mean(axis=0, keepdims=True) >= NEIGHBOURS_HEARD
    neighbours_since = np.argmax(usual) if usual.any() else rows.shape[1]
    since = np.maximum(awaited, neighbours_since)[:, None] - 1
    silent = np.where(never & usual & (days > since), days - since, np.nan)
    return np.where(never, silent, days - last).astype(np.float32)
