"""How much was heard of a system."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator

INDICATORS = (
    Indicator("rows", "1", "readings of the local day", "count"),
    Indicator("coverage", "1", "cells of the day in which a reading fell / all cells", "count"),
)
UNHEARD_DAYS = Indicator(
    "unheard_days", "d", "whole local days since the last reading, 0 on a day with one", "count"
)


def coverage(view: DayView) -> dict[str, Floats]:
    """Readings and coverage of each local day, shape (systems, days); never missing."""
    rows = view.by_day(view.block.rows)
    return {
        "rows": rows.sum(-1, dtype=np.float32),
        "coverage": np.count_nonzero(rows, axis=-1).astype(np.float32) / view.samples,
    }


def unheard_days(rows: Floats, before: NDArray[np.float32]) -> Floats:
    """Whole days since the last reading at each day; NaN for a system that was never heard.

    ``rows`` has shape (systems, days); ``before`` (systems,) says how many days before the first
    column the last earlier reading lies (1 = the day before), NaN when there is none.
    """
    days = np.arange(rows.shape[1], dtype=np.float32)
    last = np.where(rows > 0, days, np.float32(-np.inf))
    last[:, :1] = np.fmax(last[:, :1], np.where(np.isfinite(before), -before, -np.inf)[:, None])
    last = np.maximum.accumulate(last, axis=1)
    return np.where(np.isfinite(last), days - last, np.float32(np.nan))
