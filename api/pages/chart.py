"""Curves as SVG geometry: where the line runs, where it breaks, and what stands at the axes.

The drawing is ``WIDTH`` by ``HEIGHT`` units and stretched to its place; all text stands outside
of it, so that it grows with the reader's own text size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from api.pages.window import Window
from api.readings.neighbours import Band
from collector.domain.block import READING_INTERVAL_S

HEIGHT = 200
SILENT_INTERVALS = 3
"""A device that misses so many of its own intervals is silent there: the line breaks."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical axis: three labelled values, low to high."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Half way."""
        return (self.low + self.high) / 2

    @property
    def decimals(self) -> int:
        """How many the three labels need."""
        return 0 if float(self.middle).is_integer() and float(self.low).is_integer() else 1

    def y(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Vertical places, 0 at the top; what lies outside is drawn at the edge."""
        share = (np.asarray(values, float) - self.low) / (self.high - self.low)
        return HEIGHT * (1 - np.clip(share, 0, 1))


def scale_of(values: Sequence[NDArray[np.floating]], *, from_zero: bool) -> Scale:
    """Round limits around everything that is drawn; from zero for currents."""
    every = np.concatenate([np.ravel(v) for v in values]) if values else np.zeros(0)
    every = every[np.isfinite(every)]
    if not every.size:
        return Scale(0, 1) if from_zero else Scale(10, 16)
    if from_zero:
        return Scale(0, next((top for top in _TOPS if top >= every.max()), float(every.max())))
    low, high = math.floor(every.min()), math.ceil(every.max())
    return Scale(low, max(low + 2, high + (high - low) % 2))


_TOPS = (0.2, 0.4, 1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 100, 150)


def runs(time_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the unbroken run each (sorted) moment belongs to.

    A run ends where the device stayed silent for 3 of its own intervals (the median step, at least
    the programme's 15 minutes).
    """
    step = np.diff(time_s)
    if not step.size:
        return np.zeros(time_s.size, np.int64)
    interval_s = max(READING_INTERVAL_S, float(np.median(step)))
    return np.concatenate([[0], np.cumsum(step > SILENT_INTERVALS * interval_s)])


@dataclass(frozen=True, slots=True)
class Trace:
    """One quantity of one system: values at moments, and the run each belongs to."""

    time_s: NDArray[np.int64]
    values: NDArray[np.float64]
    run: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chart:
    """One curve ready to draw. ``lines`` are paths, broken where nothing was measured."""

    scale: Scale
    lines: tuple[str, ...]
    lowest: float
    highest: float
    bands: tuple[str, ...] = field(default=())
    medians: tuple[str, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.lines


def lines(
    x: NDArray[np.float64], y: NDArray[np.float64], run: NDArray[np.int64]
) -> tuple[str, ...]:
    """A path for every unbroken stretch of finite values; a lone point is a dot."""
    paths = []
    for part in _stretches(y, run):
        points = [f"{a:.0f} {b:.0f}" for a, b in zip(x[part], y[part], strict=True)]
        paths.append("M" + "L".join(points) if len(points) > 1 else f"M{points[0]}h1")
    return tuple(paths)


def areas(
    x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[str, ...]:
    """A closed path between two curves for every stretch where both are known."""
    paths = []
    for part in _stretches(low + high, np.zeros(x.size, np.int64)):
        upper = [f"{a:.0f} {b:.0f}" for a, b in zip(x[part], high[part], strict=True)]
        lower = [f"{a:.0f} {b:.0f}" for a, b in zip(x[part], low[part], strict=True)]
        paths.append("M" + "L".join(upper + lower[::-1]) + "z")
    return tuple(paths)


def _stretches(y: NDArray[np.float64], run: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    finite = np.flatnonzero(np.isfinite(y))
    if not finite.size:
        return []
    broken = (np.diff(finite) > 1) | (np.diff(run[finite]) > 0)
    return np.split(finite, np.flatnonzero(broken) + 1)


def curve(at: Window, trace: Trace, *, from_zero: bool, around: Band | None = None) -> Chart:
    """One quantity over a window, with the neighbours' band behind it when there is one."""
    drawn = [trace.values] if around is None else [trace.values, around.low, around.high]
    scale = scale_of(drawn, from_zero=from_zero)
    finite = trace.values[np.isfinite(trace.values)]
    chart = Chart(
        scale,
        lines(at.x(trace.time_s), scale.y(trace.values), trace.run),
        float(finite.min()) if finite.size else math.nan,
        float(finite.max()) if finite.size else math.nan,
    )
    if around is None:
        return chart
    x = at.x(around.time_s)
    whole = np.zeros(x.size, np.int64)
    return replace(
        chart,
        bands=areas(x, scale.y(around.low), scale.y(around.high)),
        medians=lines(x, scale.y(around.median), whole),
    )
