"""A device's clock that is wrong: set wrong, in another zone, drifting, or lost with its power.

Readings bear the device's time and arrive in true time. Severity is hours off, of six.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Answer, Episode, Fault, Span, told_as_it_was
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

CODE = "clock_fault"
_MOST_H = 6.0
_TOLD_S = 1200.0
"""A clock counts as wrong when it is twenty minutes off (analytics: the panel's centre of day)."""
_MONTH_DAYS = 30.0
_SET, _ZONE, _DRIFT, _LOST = range(4)
_SHARES = (0.45, 0.25, 0.2, 0.1)
"""How often each is the cause [K]."""
_UNSET_S = (0.0, 946_684_800.0, 1_514_764_800.0)
"""Where a clock begins that has lost its time: 1970, 2000, or its firmware's 2018."""


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """One of four ways to be wrong; half of them are set right again."""
    start_s = span.moment(rng, earlier_days=10.0)
    repaired = rng.random() < 0.5
    lasts_days = rng.uniform(5.0, 40.0)
    side = float(rng.choice([-1.0, 1.0]))
    cause = int(rng.choice(len(_SHARES), p=_SHARES))
    # Nobody sets a clock to the second.
    untidy_s = float(rng.integers(15, 180)) * side
    ahead_s = per_day_s = 0.0
    if cause == _SET:
        ahead_s = side * 900.0 * int(rng.integers(2, 13)) + untidy_s
    elif cause == _ZONE:  # local time sent as if it were UTC: Jakarta, Makassar, Jayapura
        ahead_s = 3600.0 * float(rng.choice([7.0, 8.0, 9.0], p=[0.1, 0.6, 0.3])) + untidy_s
    elif cause == _DRIFT:
        per_day_s = side * 60.0 * rng.uniform(20.0, 90.0) / _MONTH_DAYS
        lasts_days += _TOLD_S / abs(per_day_s)
    else:
        ahead_s = float(rng.choice(_UNSET_S)) - start_s
    end_s = start_s + lasts_days * DAY_S if repaired else np.inf
    most_h = abs(ahead_s + per_day_s * 60.0) / 3600.0
    shape = {"ahead_s": ahead_s, "per_day_s": per_day_s}
    return Episode(CODE, serial, start_s, end_s, min(1.0, most_h / _MOST_H), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Each moment of the day is stamped with another one, from midnight UTC on."""
    begin_s = float(times_s[0])
    if episode.start_s <= begin_s < episode.end_s:
        drifted_s = episode.shape["per_day_s"] * episode.days_in(begin_s)
        levers.clock_s[row] += round(episode.shape["ahead_s"] + drifted_s)


def answer(episode: Episode, truth: SystemTruth) -> Answer | None:
    """As it was; a clock that drifts is told from the day on which it is twenty minutes off."""
    late_days = _TOLD_S / abs(episode.shape["per_day_s"]) if episode.shape["per_day_s"] else 0.0
    start_s = episode.start_s + late_days * DAY_S
    if start_s >= min(truth.end_s, episode.end_s):
        return None
    told = told_as_it_was(episode, truth)
    return told and replace(told, start_s=start_s)


FAULTS = (
    # One device in seventy a year [K].
    Fault(CODE, 0.015, draw, act, answer),
)
