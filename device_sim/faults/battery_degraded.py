"""A battery that loses capacity: slowly, then past a knee, until the evenings go dark.

Six of ten also gain resistance with it; sulfation can take capacity and leave conductance alone, so
the others show in the capacity only (analytics indicator B1 against B2).
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.darkness import WORN_TO_DARK, first_dark_day
from device_sim.fault import Answer, Episode, Fault, Span
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

CODE = "battery_degraded"
_WORN = 0.60
_WORN_DAYS = 5
_FORETOLD_DAYS = 60
_MONTH_DAYS = 30


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """A decline that may have begun long before the span, some of them replaced at the end."""
    pace_days = rng.uniform(40.0, 110.0)
    start_s = span.moment(rng, earlier_days=0.9 * pace_days)
    replaced = rng.random() < 0.25
    worn_s = start_s + 0.6 * pace_days * DAY_S
    end_s = worn_s + rng.uniform(25.0, 70.0) * DAY_S if replaced else np.inf
    shape = {
        "pace_days": pace_days,
        "knee": rng.uniform(1.3, 3.0),
        "ohm_gain": rng.uniform(1.0, 4.0) if rng.random() < 0.6 else rng.uniform(0.0, 0.15),
    }
    return Episode(CODE, serial, start_s, end_s, float(rng.uniform(0.55, 0.92)), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Lower capacity along the curve of its knee; resistance rises as far as it goes along."""
    noon_s = float(times_s[len(times_s) // 2])
    if not episode.start_s <= noon_s < episode.end_s:
        return
    kept = _kept(episode, noon_s)
    levers.capacity[row] *= kept
    levers.ohm[row] *= 1.0 + episode.shape["ohm_gain"] * (1.0 / max(kept, 0.1) - 1.0)


def answer(episode: Episode, truth: SystemTruth) -> Answer | None:
    """From five days under 60 % of rated capacity, or from the first dark week if earlier.

    A decline that will be there within 60 days of the record's end is told with that later start.
    """
    last = truth.day_of(min(episode.end_s, truth.end_s) - 1)
    end_s = episode.end_s if episode.end_s < truth.end_s else None
    return _told(episode.serial, truth.part(0, last + 1), end_s) or _foretold(episode, truth)


def worn_answers(serial: str, truth: SystemTruth) -> list[Answer]:
    """Answers of batteries that wore out by their use alone, each until it was replaced.

    The last is told up to 60 days ahead if it goes on as in its last month.
    """
    renewed = 1 + np.flatnonzero(truth.renewed[1:])
    cuts = [0, *renewed.tolist(), truth.day_s.size]
    found: list[Answer | None] = []
    for first, stop in pairwise(cuts):
        ends = stop < truth.day_s.size
        end_s = float(truth.day_s[stop]) if ends else None
        part = truth.part(first, stop)
        found.append(_told(serial, part, end_s) or (None if ends else _soon_worn(serial, part)))
    return [a for a in found if a]


def _told(serial: str, truth: SystemTruth, end_s: float | None) -> Answer | None:
    worn = _streak(truth.capacity < _WORN)
    dark = first_dark_day(truth, truth.capacity < WORN_TO_DARK, truth.day_s.size)
    starts = [day for day in (worn, dark) if day is not None]
    if not starts:
        return None
    dark_s = None if dark is None else float(truth.day_s[dark])
    severity = round(1.0 - float(truth.capacity.min()), 3)
    return Answer(serial, CODE, float(truth.day_s[min(starts)]), end_s, severity, dark_s)


def _streak(worn: NDArray[np.bool_]) -> int | None:
    if worn.size < _WORN_DAYS:
        return None
    found = np.flatnonzero(np.convolve(worn, np.ones(_WORN_DAYS), "valid") == _WORN_DAYS)
    return int(found[0]) if found.size else None


def _soon_worn(serial: str, truth: SystemTruth) -> Answer | None:
    lately = truth.capacity[-_MONTH_DAYS:]
    a_day = float(lately[0] - lately[-1]) / max(lately.size - 1, 1)
    left = float(lately[-1]) - _WORN
    if a_day <= 0 or not 0 < left <= _FORETOLD_DAYS * a_day:
        return None
    start_s = truth.end_s + left / a_day * DAY_S
    return Answer(serial, CODE, start_s, None, round(1.0 - _WORN, 3))


def _kept(episode: Episode, time_s: float) -> float:
    """Share of its capacity that the episode leaves the battery at a moment."""
    along = min(1.0, episode.days_in(time_s) / episode.shape["pace_days"])
    return 1.0 - episode.severity * along ** episode.shape["knee"]


def _foretold(episode: Episode, truth: SystemTruth) -> Answer | None:
    """The answer of a battery that will be worn soon, if nobody replaces it before."""
    whole = float(truth.capacity[-1]) / _kept(episode, truth.end_s)
    for day in range(1, _FORETOLD_DAYS + 1):
        moment_s = truth.end_s + day * DAY_S
        if moment_s >= episode.end_s:
            return None
        if whole * _kept(episode, moment_s) < _WORN:
            return Answer(episode.serial, CODE, moment_s, None, round(1.0 - _WORN, 3))
    return None


FAULTS = (
    # One battery in six a year: lives of 400-700 days in the worst fleets, 8 years in the best.
    Fault(CODE, 0.18, draw, act, answer, renews_battery=True),
)
