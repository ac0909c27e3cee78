"""An additive model: each fact moves the log-odds along a curve of straight pieces.

The curve of a fact runs through knots; beyond its first and last knot it is level, so that a value
never seen before says no more than the worst that was. A missing fact says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """``rises`` (knots - 1,) are the log-odds gained between knots; ``usual`` counts as zero."""

    knots: tuple[float, ...]
    usual: float
    rises: tuple[float, ...]

    def moved(self, values: NDArray[np.floating]) -> Numbers:
        """Log-odds against the usual value, shape as ``values``; 0 where missing."""
        height = np.concatenate([[0.0], np.cumsum(self.rises)])
        moved = np.interp(values, self.knots, height - np.interp(self.usual, self.knots, height))
        return np.where(np.isfinite(moved), moved, 0.0)


def ramps(values: NDArray[np.floating], knots: Sequence[float], usual: float) -> Numbers:
    """How far each value has come along each piece, less the usual one's, (n, knots - 1)."""
    edges = np.asarray(knots, np.float64)
    low, span = edges[:-1], np.diff(edges)
    own = np.clip((np.asarray(values, np.float64)[:, None] - low) / span, 0.0, 1.0)
    at_usual = np.clip((usual - low) / span, 0.0, 1.0)
    return np.where(np.isfinite(own), own - at_usual, 0.0)


@dataclass(frozen=True, slots=True)
class Additive:
    """Log-odds = ``constant`` + the sum of the curves of the facts."""

    constant: float
    curves: Mapping[str, Curve]

    def parts(self, facts: Mapping[str, NDArray[np.floating]]) -> Numbers:
        """What each curve adds, (systems, curves)."""
        return np.column_stack([c.moved(facts[name]) for name, c in self.curves.items()])


def chance(log_odds: Numbers) -> Numbers:
    """The probability of log-odds."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))
