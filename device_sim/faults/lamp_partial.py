"""A street lamp that lost some of its strings of diodes: three quarters of its light, then half."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "lamp_partial"
_STEP = 0.25


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """One string of four dies at the start, others follow after weeks; a third get a new lamp."""
    start_s, end_s = span.spell(rng, 20.0, ends=0.3, lasts_days=(15.0, 60.0))
    strings = int(rng.choice([1, 2, 2, 3]))
    shape = {"days_between": rng.uniform(3.0, 15.0)}
    return Episode(CODE, serial, start_s, end_s, strings * _STEP, shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The driver feeds the strings that are left: the current falls by quarters."""
    dead = 1 + int(episode.days_in(float(times_s[0])) / episode.shape["days_between"])
    left = 1.0 - min(episode.severity, dead * _STEP)
    levers.lamp[row, episode.during(times_s)] *= left


FAULTS = (
    # One lamp in eight a year; after two years most of Kathmandu's lamps had something [K].
    Fault(CODE, 0.12, draw, act, kinds=frozenset({Kind.STREET_LIGHT})),
)
