"""What the neighbours show: medians that leave the judged system out."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.masked import either, or_missing

Floats = NDArray[np.float32]

ENOUGH_PEERS = 5
"""Fewer neighbours than this say nothing; the system is then held against itself [K]."""


def leave_one_out_median(values: Floats, enough: int = ENOUGH_PEERS) -> Floats:
    """For each value the median of the others in its column, shape (systems, columns).

    Missing values stay missing and are nobody's peer; NaN too where fewer than ``enough`` others
    are there. One sort serves all: leaving one out moves the middle by at most one place.
    """
    missing = np.float32(np.nan)
    if values.shape[0] <= enough:
        return np.full(values.shape, missing, np.float32)
    ordered = np.sort(np.ascontiguousarray(values.T), axis=1)
    valid = np.count_nonzero(np.isfinite(ordered), axis=1)
    row, last, middle = np.arange(ordered.shape[0]), values.shape[0] - 1, (valid - 1) // 2
    before, mid, after = (
        ordered[row, np.minimum(np.maximum(middle + shift, 0), last)] for shift in (-1, 0, 1)
    )
    odd = valid % 2 == 1
    left_out_low = np.where(odd, (mid + after) / 2, after)
    left_out_mid = np.where(odd, (before + after) / 2, after)
    left_out_high = np.where(odd, (before + mid) / 2, mid)
    found = either(values < mid, left_out_low, left_out_mid)
    found = either(values > mid, left_out_high, found)
    return or_missing(found, np.isfinite(values) & (valid > enough))
