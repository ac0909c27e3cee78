"""Looking back over days: rolling sums, robust highs, and neighbours of the same village."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.masked import count, or_zero, sums
from analytics.indicators.peers import ENOUGH_PEERS, leave_one_out_median

Floats = NDArray[np.float32]


def rolling_sum(values: Floats, length: int) -> Floats:
    """Sum of the last ``length`` days at each day (fewer at the start); missing counts as zero."""
    total = np.cumsum(np.nan_to_num(values), axis=1, dtype=np.float64)
    total[:, length:] -= total[:, :-length].copy()
    return total.astype(np.float32)


def high_level(values: Floats, quantile: float, enough: int) -> Floats:
    """The given quantile of each row's valid values, shape (systems, 1); NaN below ``enough``.

    One sort instead of nanquantile, which walks row by row.
    """
    if not values.shape[1]:
        return np.full((values.shape[0], 1), np.nan, np.float32)
    ordered = np.sort(np.array(values, order="C"), axis=1)
    valid = count(np.isfinite(values))
    at = np.maximum(np.rint(quantile * (valid - 1)), 0).astype(np.intp)
    level = np.where(valid >= enough, ordered[np.arange(values.shape[0]), at], np.nan)
    return level[:, None].astype(np.float32)


def peers_median(
    values: Floats, village_code: NDArray[np.int32], enough: int = ENOUGH_PEERS
) -> Floats:
    """Leave-one-out median of the same village for each system, shape (systems,); NaN without."""
    return peers_by_day(values[:, None], village_code, enough)[:, 0]


def peers_by_day(
    values: Floats, village_code: NDArray[np.int32], enough: int = ENOUGH_PEERS
) -> Floats:
    """``peers_median`` of each day of its own, shape (systems, days)."""
    found = np.full(values.shape, np.nan, np.float32)
    for mine, _ in villages(village_code):
        found[mine] = leave_one_out_median(values[mine], enough)
    return found


def last_seen(valid: NDArray[np.bool_], most: int) -> NDArray[np.bool_]:
    """The last ``most`` valid days of each row, as a mask of the same shape."""
    days = valid.shape[1]
    from_end = valid.astype(np.float32) @ np.tri(days, dtype=np.float32)
    return valid & (from_end <= most)


def lasts(flag: NDArray[np.bool_], valid: NDArray[np.bool_], days: int) -> NDArray[np.bool_]:
    """Whether the last ``days`` valid days all bear the flag, and are so many; (systems,)."""
    return np.asarray(count(flag & last_seen(valid, days)) == days)


def mean_known(values: Floats) -> NDArray[np.floating]:
    """Mean of each row's valid values, shape (systems,); NaN without any."""
    known = np.isfinite(values)
    many = count(known)
    return np.where(many > 0, sums(or_zero(values, known)) / np.maximum(many, 1), np.nan)


def newest_value(values: Floats, newest: NDArray[np.bool_]) -> Floats:
    """The value of each row where ``newest`` (at most one True a row) points; NaN without."""
    column = np.argmax(newest, axis=1)
    value = values[np.arange(values.shape[0]), column]
    return np.where(newest.any(axis=1), value, np.nan).astype(np.float32)


def unbroken(flag: NDArray[np.bool_], valid: NDArray[np.bool_]) -> Floats:
    """How many valid days up to now bear the flag, back to the last that does not; (systems,)."""
    broken = (valid & ~flag)[:, ::-1]
    since = np.cumsum(broken, axis=1)[:, ::-1] == 0
    return np.count_nonzero(valid & flag & since, axis=1).astype(np.float32)


SHARED = 0.2
"""With so many of a village alike on the same day it is the village's or the gateway's [K]."""


def unshared(flag: NDArray[np.bool_], village_code: NDArray[np.int32]) -> NDArray[np.bool_]:
    """The flags (systems, days) that at most a fifth of the village bears on the same day."""
    alone = np.zeros_like(flag)
    for mine, size in villages(village_code):
        share = np.count_nonzero(flag[mine], axis=0) / size
        alone[mine] = share <= max(SHARED, 1.0 / size)
    return flag & alone


def villages(village_code: NDArray[np.int32]) -> Iterator[tuple[slice | NDArray[np.bool_], int]]:
    """The rows of each village, and how many they are."""
    if village_code.size and (village_code == village_code[0]).all():
        yield slice(None), village_code.size
        return
    for code in np.unique(village_code):
        mine = village_code == code
        yield mine, int(np.count_nonzero(mine))
