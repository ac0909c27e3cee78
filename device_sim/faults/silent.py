"""Nothing is heard: a dead device, a long gap, or a gateway that takes its village along."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "silent"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """A device that dies; four of five come back after a gap of more than a month."""
    start_s, end_s = span.spell(rng, 10.0, ends=0.8, lasts_days=(31.0, 60.0))
    return Episode(CODE, serial, start_s, end_s)


def draw_gateway(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """A gateway without power for two to six days: nothing is read meanwhile."""
    start_s = span.moment(rng)
    return Episode(CODE, serial, start_s, start_s + rng.uniform(2.0, 6.0) * DAY_S)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The system works on; nobody hears of it."""
    levers.mute[row] |= episode.during(times_s)


FAULTS = (
    # With four of five coming back, one system in ten has a gap over 30 days within 14 months, as
    # in the field (Aitio and Howey 2021: one in ten of those alive).
    Fault(CODE, 0.11, draw, act),
    # One outage of days for each gateway in a year [K].
    Fault(CODE, 1.0, draw_gateway, act, scope="gateway"),
)
