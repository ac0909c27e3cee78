"""Means of a system's recent days, of its first months, and of its neighbours."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import peers_median
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import count, known_or_zero, or_missing, or_zero, sums
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]
BASELINE_DAYS, BASELINE_GAP, BASELINE_ENOUGH = 60, 45, 15
"""The battery's own first months, once they lie so far back [K]."""


def mean_of(values: Floats, enough: int) -> Floats:
    """Mean of the finite values of each row, shape (systems,); NaN with fewer than ``enough``."""
    there = np.isfinite(values)
    many = count(there)
    mean = sums(or_zero(values, there)) / np.maximum(many, 1)
    return np.where(many >= enough, mean, np.nan).astype(np.float32)


def quantile_of(values: Floats, share: float, enough: int) -> Floats:
    """The given quantile of the finite values of each row, shape (systems,); NaN below enough."""
    if not values.shape[1]:
        return np.full(values.shape[0], np.nan, np.float32)
    there = np.isfinite(values)
    ordered = np.sort(np.array(or_missing(values, there), order="C"), axis=1)
    many = count(there)
    at = np.rint(share * np.maximum(many - 1, 0)).astype(np.intp)
    found = ordered[np.arange(values.shape[0]), at]
    return np.where(many >= enough, found, np.nan).astype(np.float32)


def own_baseline(values: Floats, since: NDArray[np.intp]) -> Floats:
    """Mean over the present battery's first 60 days, those 45 days back; shape (systems,)."""
    end = max(values.shape[1] - BASELINE_GAP, 0)
    first = np.array(values[:, : min(BASELINE_DAYS, end)], order="F")
    later = np.flatnonzero(since)
    if later.size:
        columns = since[later, None] + np.arange(first.shape[1])
        held = values[later[:, None], np.minimum(columns, values.shape[1] - 1)]
        first[later] = np.where(columns < end, held, np.nan)
    return mean_of(first, BASELINE_ENOUGH)


def beside_peers(values: Floats, table: IndicatorTable, kind: NDArray[np.bool_]) -> Floats:
    """Each value less the median of its neighbours of the same kind, (systems,); NaN without."""
    code = (table.village_code * 2 + kind).astype(np.int32)
    return values - peers_median(values.astype(np.float32), code)


def slope_of(values: Floats, drawn: float, enough: int) -> Floats:
    """Least squares slope a day of each row, shape (systems,); NaN with fewer than ``enough``.

    ``drawn`` pulls it to none, as so many days squared from the middle would.
    """
    there = np.isfinite(values)
    many, days = count(there), np.arange(values.shape[1], dtype=np.float32)
    middle = there.astype(np.float32) @ days / np.maximum(many, 1)
    along = or_zero(days - middle[:, None], there)
    found = np.einsum("sd,sd->s", along, known_or_zero(values))
    found = found / (np.einsum("sd,sd->s", along, along) + drawn)
    return np.where(many >= enough, found, np.nan).astype(np.float32)
