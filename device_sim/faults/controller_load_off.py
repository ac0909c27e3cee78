"""A load output that stays dead although the battery is well: a switch, a latch, a setting."""

import numpy as np
from numpy.typing import NDArray

from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "controller_load_off"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """From one moment to the next; half of the homes get it repaired or reset."""
    start_s, end_s = span.spell(rng, 10.0, ends=0.5, lasts_days=(3.0, 40.0))
    return Episode(CODE, serial, start_s, end_s)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Nothing leaves the load output, whatever the battery's voltage."""
    levers.load_off[row] |= episode.during(times_s)


FAULTS = (
    # One controller in fifty a year [K].
    Fault(CODE, 0.02, draw, act),
)
