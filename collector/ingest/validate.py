"""The field table applied to readings: what cannot be real is left out and marked."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import IS_CODE, MAXIMUM, MINIMUM
from collector.domain.reading import Quality, ReadingBatch


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
