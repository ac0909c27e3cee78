"""A device's clock that runs ahead: set wrong after a restart, or losing its battery.

What it records as now happened half an hour to three hours before; severity is hours ahead of six.
A clock that is behind looks the same from the other side and is not simulated.
"""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "clock_fault"
_STEP_H = 0.25
_MOST_H = 6.0


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Set wrong at one moment by whole quarter hours; half of them are set right again."""
    start_s = span.moment(rng, earlier_days=10.0)
    repaired = rng.random() < 0.5
    end_s = start_s + rng.uniform(5.0, 40.0) * DAY_S if repaired else np.inf
    ahead_h = _STEP_H * int(rng.integers(2, 13))
    return Episode(CODE, serial, start_s, end_s, ahead_h / _MOST_H, {"ahead_h": ahead_h})


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Each moment of the day is stamped with a later one, from midnight UTC on."""
    if episode.start_s <= times_s[0] < episode.end_s:
        levers.clock_steps[row] += round(episode.shape["ahead_h"] / _STEP_H)


FAULTS = (
    # One device in seventy a year; devices behind a gateway take its time [K].
    Fault(CODE, 0.015, draw, act),
)
