"""Appliances wired to the battery, past the controller: not metered and never cut off.

People do it to go on when the controller cuts, and then use more than before.
"""

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "load_bypassed"
_MORE = 0.35


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """From one moment on most of the load, sometimes all; a third is put right on a visit."""
    start_s, end_s = span.spell(rng, 15.0, ends=0.35, lasts_days=(10.0, 60.0))
    return Episode(CODE, serial, start_s, end_s, float(rng.choice([0.7, 0.85, 1.0, 1.0])))


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The share that goes past the meter, and up to a third more use."""
    now = episode.during(times_s)
    levers.bypass[row, now] = episode.severity
    levers.lamp[row, now] *= 1.0 + _MORE * episode.severity


FAULTS = (
    # One home in fifty a year [K].
    Fault(CODE, 0.02, draw, act, kinds=frozenset({Kind.HOME})),
)
