"""Dirt that rain does not take off: dust with dew, droppings, sap; it builds up for weeks."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Answer, Episode, Fault, Span
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

CODE = "panel_soiled"
_SET = 0.12
_CLEAR = 0.08
_PEAK = 0.15
_DAYS = 7
_FORETOLD_DAYS = 21


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Loss grows by 0.4 to 1.5 % a day to its peak and stays until somebody wipes the panel."""
    peak = rng.uniform(0.18, 0.45)
    per_day = rng.uniform(0.004, 0.015)
    start_s = span.moment(rng, earlier_days=0.8 * peak / per_day)
    cleaned = rng.random() < 0.4
    end_s = start_s + (peak / per_day + rng.uniform(5.0, 40.0)) * DAY_S if cleaned else np.inf
    return Episode(CODE, serial, start_s, end_s, float(peak), {"per_day": per_day})


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Take a share of the light away, the same all day long."""
    noon_s = float(times_s[len(times_s) // 2])
    if episode.start_s <= noon_s < episode.end_s:
        loss = min(episode.severity, episode.shape["per_day"] * episode.days_in(noon_s))
        levers.dirt[row] += loss


def answer(episode: Episode, truth: SystemTruth) -> Answer | None:
    """From a loss above 12 % until it is below 8 %, when it peaks at 15 % and lasts a week."""
    first = truth.day_of(episode.start_s)
    above = np.flatnonzero(truth.dirt[first:] > _SET)
    if not above.size:
        return _foretold(episode, truth)
    begin = first + int(above[0])
    below = np.flatnonzero(truth.dirt[begin:] < _CLEAR)
    end = begin + int(below[0]) if below.size else None
    peak = float(truth.dirt[begin:end].max())
    if end is None:  # it goes on and will become what it is going to be
        peak = max(peak, episode.severity)
    if peak < _PEAK or (end is not None and end - begin < _DAYS):
        return None
    end_s = None if end is None else float(truth.day_s[end])
    return Answer(episode.serial, CODE, float(truth.day_s[begin]), end_s, round(peak, 3))


def _foretold(episode: Episode, truth: SystemTruth) -> Answer | None:
    """The answer of a panel that will be dirty enough within three weeks."""
    start_s = episode.start_s + _SET / episode.shape["per_day"] * DAY_S
    if not truth.end_s <= start_s < min(truth.end_s + _FORETOLD_DAYS * DAY_S, episode.end_s):
        return None
    return Answer(episode.serial, CODE, start_s, None, round(episode.severity, 3))


FAULTS = (Fault(CODE, 0.14, draw, act, answer),)
