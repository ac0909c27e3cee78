"""Means over windows of the day that skip what is missing, as one matrix product."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.masked import or_missing, or_zero

Floats = NDArray[np.float32]

ENOUGH = 0.6
"""Share of a window's samples that must be there for its mean to be used [K]."""


@dataclass(frozen=True, slots=True)
class Present:
    """Values, the missing ones zero, and which were there; shape (systems, days, samples)."""

    filled: Floats
    there: Floats

    def means(self, windows: NDArray[np.float32], enough: float = ENOUGH) -> Floats:
        """Mean over each window, shape (windows, systems, days); NaN where too few samples are.

        ``windows`` has shape (samples, windows), 1 inside and 0 outside.
        """
        sums, counts = (_over(values, windows) for values in (self.filled, self.there))
        known = counts >= np.maximum(enough * windows.sum(0), 1.0).astype(np.float32)[:, None, None]
        return sums / or_missing(counts, known)


def present(values: NDArray[np.float32]) -> Present:
    """Split values into what is there and what is not."""
    there = np.isfinite(values)
    return Present(or_zero(values, there), there.astype(np.float32))


def _over(values: Floats, windows: NDArray[np.float32]) -> Floats:
    """Sums over each window, shape (windows, systems, days)."""
    return np.matmul(windows.T, values.transpose(1, 2, 0)).transpose(1, 2, 0)


def stretch(inside: NDArray[np.bool_]) -> slice:
    """From the first to the last sample with the flag, shape (samples,); empty without any."""
    at = np.flatnonzero(inside)
    return slice(int(at[0]), int(at[-1]) + 1) if at.size else slice(0, 0)


def sum_every(values: Floats, count: int) -> Floats:
    """Sums of ``count`` neighbours along the last axis; slices, as short axes add up slowly."""
    total = values[..., ::count].copy()
    for i in range(1, count):
        total += values[..., i::count]
    return total


def windows(hours: NDArray[np.float64], *bounds: tuple[float, float]) -> NDArray[np.float32]:
    """Columns of 0 and 1, one for each (from, to) in hours, for ``Present.means``."""
    columns = [(hours >= lo) & (hours < hi) for lo, hi in bounds]
    return np.stack(columns, axis=1).astype(np.float32)
