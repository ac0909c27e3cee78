"""A street light whose lamp or driver is dead: the night passes and the battery stays full."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "lamp_failed"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Dead from one evening on; a third of them get a new lamp within weeks."""
    start_s, end_s = span.spell(rng, 15.0, ends=0.3, lasts_days=(8.0, 30.0))
    return Episode(CODE, serial, start_s, end_s)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The lamp draws nothing, whatever its controller commands."""
    levers.lamp[row, episode.during(times_s)] = 0.0


FAULTS = (Fault(CODE, 0.55, draw, act, kinds=frozenset({Kind.STREET_LIGHT})),)
