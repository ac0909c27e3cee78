"""A panel that gives nothing: a plug pulled, a wire cut, a panel stolen."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "panel_disconnected"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """From one moment to the next, until somebody looks behind the panel."""
    start_s = span.moment(rng, earlier_days=10.0)
    repaired = rng.random() < 0.5
    end_s = start_s + rng.uniform(4.0, 35.0) * DAY_S if repaired else np.inf
    return Episode(CODE, serial, start_s, end_s)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """No current and no voltage from the panel."""
    levers.panel_open[row] |= episode.during(times_s)


FAULTS = (Fault(CODE, 0.065, draw, act),)
