"""How much was heard of a system."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator

INDICATORS = (
    Indicator("rows", "1", "readings of the local day", "count"),
    Indicator("coverage", "1", "cells of the day in which a reading fell / all cells", "count"),
)


def coverage(view: DayView) -> dict[str, Floats]:
    """Readings and coverage of each local day, shape (systems, days); never missing."""
    rows = view.by_day(view.block.rows)
    return {
        "rows": rows.sum(-1, dtype=np.float32),
        "coverage": np.count_nonzero(rows, axis=-1).astype(np.float32) / view.samples,
    }
