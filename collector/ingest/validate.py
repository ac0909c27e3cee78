"""The field table applied to readings: what cannot be real is left out and marked."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import IS_CODE, MAXIMUM, MINIMUM
from collector.domain.reading import Quality, ReadingBatch

AHEAD_S = 600
"""A clock may run this far ahead of the collector's before its time is not believed."""
EARLIEST_S = 1_262_304_000
"""2010-01-01: no system of the programme is older; an unset clock says 1970 or 2000."""


def leave_out_impossible(batch: ReadingBatch) -> NDArray[np.bool_]:
    """Blank every value outside its physical range, or a code that is no whole number, in place.

    Returns the rows (shape (n,)) that lost a value; they are marked Quality.OUT_OF_RANGE.
    """
    values = batch.values
    impossible = (values < MINIMUM) | (values > MAXIMUM)
    impossible |= IS_CODE & np.isfinite(values) & (values != np.floor(values))
    values[impossible] = np.nan
    rows = impossible.any(axis=1)
    batch.quality[rows] |= Quality.OUT_OF_RANGE
    return rows


def believable_time(batch: ReadingBatch) -> NDArray[np.bool_]:
    """Rows (shape (n,)) whose time is neither before the programme nor ahead of its receipt."""
    return (batch.time_s >= EARLIEST_S) & (batch.time_s <= batch.received_s + AHEAD_S)
