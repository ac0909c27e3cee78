"""A street light whose lamp or driver is dead: the night passes and the battery stays full."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "lamp_failed"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Dead from one evening on; a third of them get a new lamp within weeks."""
    start_s = span.moment(rng, earlier_days=15.0)
    replaced = rng.random() < 0.3
    end_s = start_s + rng.uniform(8.0, 30.0) * DAY_S if replaced else np.inf
    return Episode(CODE, serial, start_s, end_s)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The lamp draws nothing, whatever its controller commands."""
    levers.lamp[row, episode.during(times_s)] = 0.0


FAULTS = (Fault(CODE, 0.55, draw, act, kinds=frozenset({Kind.STREET_LIGHT})),)
