"""Something grows or is built beside a panel and stands in the low sun, a little higher every day.

It takes the same hours of each day, shifting with the season, and nothing of the rest.
"""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.arrays import Array
from device_sim.fault import Answer, Episode, Fault, Span
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

CODE = "panel_shaded"
_SHADED = 0.10
_FREE = 0.08
_WEEK_DAYS = 7
_FORETOLD_DAYS = 30


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """A tree to the east or the west that gains 0.15 to 0.5 degrees a day up to its full height."""
    height = rng.uniform(58.0, 75.0)
    per_day = rng.uniform(0.15, 0.5)
    first = rng.uniform(25.0, 40.0)
    grown_days = (height - first) / per_day
    start_s = span.moment(rng, earlier_days=0.8 * grown_days)
    felled = rng.random() < 0.3
    end_s = start_s + (grown_days + rng.uniform(10.0, 60.0)) * DAY_S if felled else np.inf
    shape = {
        "toward": float(rng.choice([90.0, 270.0]) + rng.normal(0.0, 15.0)) % 360.0,
        "half_width": rng.uniform(55.0, 85.0),
        "height": height,
        "first": first,
        "per_day": per_day,
    }
    return Episode(CODE, serial, start_s, end_s, float(rng.uniform(0.75, 0.95)), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Put the obstacle before the sun, as high as it has grown by now."""
    noon_s = float(times_s[len(times_s) // 2])
    if episode.start_s <= noon_s < episode.end_s:
        shape = episode.shape
        levers.obstacle[row] = (
            shape["toward"],
            shape["half_width"],
            _height(episode, noon_s),
            episode.severity,
        )


def answer(episode: Episode, truth: SystemTruth) -> Answer | None:
    """From a week that loses a tenth of the clear sky's energy until one that loses 8 % [K]."""
    weekly = _weekly(truth.shade)
    above = np.flatnonzero(weekly > _SHADED)
    if not above.size:
        return _foretold(episode, truth)
    begin = int(above[0])
    below = np.flatnonzero(weekly[begin:] < _FREE)
    end = begin + int(below[0]) if below.size else None
    felled_s = episode.end_s if episode.end_s < truth.end_s else None
    ends = [t for t in (felled_s, None if end is None else float(truth.day_s[end])) if t]
    peak = float(weekly[begin:end].max())
    start_s = float(truth.day_s[begin])
    return Answer(episode.serial, CODE, start_s, min(ends, default=None), round(peak, 3))


def _weekly(shade: Array) -> Array:
    """Mean of each day and the six before it, of those there are."""
    total = np.cumsum(np.r_[0.0, shade])
    days = np.arange(1, shade.size + 1)
    since = np.maximum(days - _WEEK_DAYS, 0)
    return (total[days] - total[since]) / (days - since)


def _height(episode: Episode, time_s: float) -> float:
    grown = episode.shape["first"] + episode.shape["per_day"] * episode.days_in(time_s)
    return min(grown, episode.shape["height"])


def _foretold(episode: Episode, truth: SystemTruth) -> Answer | None:
    """The answer of an obstacle that will be high enough within 30 days.

    Under a sun that climbs steadily the loss grows as 1 - cos(height).
    """
    now = float(truth.shade[-1]) / (1.0 - np.cos(np.radians(_height(episode, truth.end_s))))
    for day in range(1, _FORETOLD_DAYS + 1):
        moment_s = truth.end_s + day * DAY_S
        if moment_s >= episode.end_s:
            return None
        if now * (1.0 - np.cos(np.radians(_height(episode, moment_s)))) > _SHADED:
            return Answer(episode.serial, CODE, moment_s, None, _SHADED)
    return None


FAULTS = (
    # One roof in forty a year: gardens grow fast and posts stand beside trees [K].
    Fault(CODE, 0.025, draw, act, answer),
)
