"""Means of a system's recent days, of its first months, and of its neighbours."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import peers_median
from analytics.indicators.day_view import Floats
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]
BASELINE_DAYS, BASELINE_GAP, BASELINE_ENOUGH = 60, 45, 15
"""The battery's own first months, once they lie so far back [K]."""


def mean_of(values: Floats, counts: Flags, enough: int) -> Floats:
    """Mean of the finite values that count, shape (systems,); NaN with fewer than ``enough``."""
    there = counts & np.isfinite(values)
    many = there.sum(axis=1)
    total = np.where(there, values, np.float32(0.0)).sum(axis=1)
    return np.where(many >= enough, total / np.maximum(many, 1), np.nan).astype(np.float32)


def quantile_of(values: Floats, counts: Flags, share: float, enough: int) -> Floats:
    """The given quantile of the finite values that count, shape (systems,); NaN below enough."""
    there = counts & np.isfinite(values)
    many = there.sum(axis=1)
    ordered = np.sort(np.where(there, values, np.float32(np.inf)), axis=1)
    at = np.rint(share * np.maximum(many - 1, 0)).astype(np.intp)
    if not ordered.shape[1]:
        return np.full(values.shape[0], np.nan, np.float32)
    found = ordered[np.arange(values.shape[0]), at]
    return np.where(many >= enough, found, np.nan).astype(np.float32)


def own_baseline(values: Floats, since: NDArray[np.intp]) -> Floats:
    """Mean over the present battery's first 60 days, those 45 days back; shape (systems,)."""
    columns = np.arange(values.shape[1])
    counts = (columns >= since[:, None]) & (columns < since[:, None] + BASELINE_DAYS)
    counts &= columns < values.shape[1] - BASELINE_GAP
    return mean_of(values, counts, BASELINE_ENOUGH)


def beside_peers(values: Floats, table: IndicatorTable, kind: NDArray[np.bool_]) -> Floats:
    """Each value less the median of its neighbours of the same kind, (systems,); NaN without."""
    code = (table.village_code * 2 + kind).astype(np.int32)
    return values - peers_median(values.astype(np.float32), code)
