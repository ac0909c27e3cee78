"""How far the rested voltage falls with depth: the shape of each chemistry, drawn by neighbours."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_nights import Nights
from analytics.detectors.history import villages
from analytics.indicators.day_view import Floats
from analytics.indicators.masked import Values, count, day_by_day, or_zero, sums

POINTS = 64
DEEPEST = 1.25
"""The curves go on beyond empty, so that a capacity that was exceeded is seen to be wrong."""
LEAD_DEPTH, LEAD_FALL = (0.0, 0.8, 1.0, DEEPEST), (0.0, 0.8, 1.35, 2.5)
"""Straight down to a fifth, then steeper, as a share of the slope below (OCV table of the Renogy
manual: 12.70 V full, 11.58 V at 20 %, 10.5 V empty; straighter without surface charge)."""
LFP_DEPTH = (0.0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, DEEPEST)
LFP_FALL_V = (0.0, 0.01, 0.03, 0.06, 0.095, 0.125, 0.17, 0.21, 0.28, 0.42, 0.75, 1.4, 2.8)
"""Four cells: flat, a step of 0.1 V between 30 and 45 %, a knee below 15 % (data sheets) [K]."""
SLOPE_V, SLOPES_V = 1.25, (0.8, 2.0)
"""Volts that lead-acid falls over its whole depth; neighbours may say otherwise within these."""
SLOPE_WEIGHT = 2.0
"""What the prior slope weighs: so much summed squared depth, some 200 nights 0.1 apart [K]."""
USUAL_SHARE = 0.93
"""What the middle of a village still has of its rated capacity [K]."""
FULL_V = np.array([12.85, 13.36], np.float32)
"""Rested and full, lead-acid and lithium: where too few neighbours say it (OCV tables) [K]."""
ENOUGH_PEERS = 5
OUTLIER_V = 0.15
DAY_WEIGHT = 8.0
"""A day's own level counts as its neighbours do against so many of the whole time's [K]."""

_GRID = np.linspace(0.0, DEEPEST, POINTS)
_FALLS = np.stack(
    [np.interp(_GRID, LEAD_DEPTH, LEAD_FALL), np.interp(_GRID, LFP_DEPTH, LFP_FALL_V)]
).astype(np.float32)


@dataclass(frozen=True, slots=True)
class DepthCurves:
    """Each system's rested voltage = ``full_v`` - ``slope_v`` x fall(depth), by its neighbours.

    ``full_v`` is (systems, days): weather and season move a village together; ``slope_v``
    and ``chemistry`` (1 = lithium) are (systems, 1); ``peers`` says who has neighbours enough.
    """

    full_v: Floats
    slope_v: Floats
    chemistry: NDArray[np.intp]
    peers: NDArray[np.bool_]

    def fall_v(self, depth: Floats) -> Floats:
        """Volts fallen at a depth, shape (systems, ...) as ``depth``."""
        extra = (depth.ndim - 2) * (1,)
        return self.slope_v.reshape(-1, 1, *extra) * _fall(depth, self.chemistry)


def depth_curves(
    seen: Nights, lithium: NDArray[np.bool_], village_code: NDArray[np.int32]
) -> tuple[DepthCurves, Floats]:
    """Curves of every village and chemistry, and each night's volts below its curve.

    Lead-acid's slope is from how nights of one system differ, the level from the middle of the
    neighbours on each day. A night that does not count has an excess without meaning.
    """
    kind = lithium.astype(np.intp)[:, None]
    slope = np.where(lithium, 1.0, SLOPE_V).astype(np.float32)[:, None]
    fall = _fall(seen.used / np.float32(USUAL_SHARE), kind)
    full = day_by_day(np.broadcast_to(FULL_V[kind], fall.shape).copy())
    excess = day_by_day(np.empty_like(fall))
    peers = np.zeros(lithium.size, bool)
    for mine in _alike(lithium, village_code):
        used, rested, counts = seen.used[mine], seen.rested_v[mine], seen.counts[mine]
        enough = used.shape[0] > ENOUGH_PEERS
        if enough and not kind[mine][0]:
            slope[mine] = _slope(used, rested, counts)
        level = rested + slope[mine] * fall[mine]
        if enough:
            full[mine], peers[mine] = _full_v(level, counts, float(full[mine][0, 0]))
        excess[mine] = full[mine] - level
    return DepthCurves(full, slope, kind, peers), excess


def _alike(
    lithium: NDArray[np.bool_], village_code: NDArray[np.int32]
) -> Iterator[slice | NDArray[np.bool_]]:
    """The rows of each village's batteries of one chemistry."""
    for place, _ in villages(village_code * 2 + lithium):
        yield place


def _fall(depth: Floats, chemistry: NDArray[np.intp]) -> Floats:
    """The shapes' fall at a depth, shape (systems, ...) as ``depth``."""
    place = np.minimum(depth * np.float32((POINTS - 1) / DEEPEST), np.float32(POINTS - 1))
    at = place.astype(np.intp)
    if chemistry.any():
        at += POINTS * chemistry.reshape(-1, *(depth.ndim - 1) * (1,))
    # Looked up in the order in which the depths lie in memory.
    return _FALLS.ravel().take(at.T, mode="clip").T


def _slope(used: Floats, rested: Floats, counts: NDArray[np.bool_]) -> float:
    """Pooled slope of each system's nights around its own mean, drawn towards the prior."""
    many = np.maximum(count(counts), 1)
    x = or_zero(used - (sums(used) / many)[:, None], counts)
    y = or_zero(rested - (sums(rested) / many)[:, None], counts)
    y = or_zero(y, np.abs(y) <= 2 * OUTLIER_V)
    fall = SLOPE_WEIGHT * SLOPE_V / USUAL_SHARE - float(np.einsum("sn,sn->", x, y))
    steep = USUAL_SHARE * fall / (SLOPE_WEIGHT + float(np.einsum("sn,sn->", x, x)))
    return min(max(steep, SLOPES_V[0]), SLOPES_V[1])


def _full_v(level: Values, counts: NDArray[np.bool_], prior_v: float) -> tuple[Floats, bool]:
    """Level of the neighbours on each day, shape (days,), and whether there were enough."""
    many = count(counts)
    own = sums(or_zero(level, counts)) / np.maximum(many, 1)
    told = many > 0
    if np.count_nonzero(told) <= ENOUGH_PEERS:
        return np.full(level.shape[1], prior_v, np.float32), False
    middle = np.median(own[told])
    usual = counts & (np.abs(level - middle) < OUTLIER_V)
    days = np.count_nonzero(usual, axis=0)
    if not days.any():
        return np.full(level.shape[1], prior_v, np.float32), False
    # Each system is first taken off by its own level: who reports today must not move the day.
    offset = or_zero(level - own[:, None], usual).sum(axis=0)
    return (middle + offset / (days + DAY_WEIGHT)).astype(np.float32), True
