"""A panel that gives nothing: a plug pulled, a wire cut, a panel stolen."""

import numpy as np
from numpy.typing import NDArray

from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "panel_disconnected"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """From one moment to the next, until somebody looks behind the panel."""
    start_s, end_s = span.spell(rng, 10.0, ends=0.5, lasts_days=(4.0, 35.0))
    return Episode(CODE, serial, start_s, end_s)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """No current and no voltage from the panel."""
    levers.panel_open[row] |= episode.during(times_s)


FAULTS = (Fault(CODE, 0.065, draw, act),)
