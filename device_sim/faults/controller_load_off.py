"""A load output that stays dead although the battery is well: a switch, a latch, a setting."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "controller_load_off"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """From one moment to the next; half of the homes get it repaired or reset."""
    start_s = span.moment(rng, earlier_days=10.0)
    repaired = rng.random() < 0.5
    end_s = start_s + rng.uniform(3.0, 40.0) * DAY_S if repaired else np.inf
    return Episode(CODE, serial, start_s, end_s)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Nothing leaves the load output, whatever the battery's voltage."""
    levers.load_off[row] |= episode.during(times_s)


FAULTS = (
    # One controller in fifty a year [K].
    Fault(CODE, 0.02, draw, act),
)
