"""A street lamp that goes out hours before dawn with charge left: a timer's setting, a hot driver.

Kathmandu's lamps were lit four hours of twelve after two years. Severity is the share of a night of
twelve hours that stays dark.
"""

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "lamp_early_dark"
_NIGHT_H = 12.0
_FALL_H_PER_DAY = 0.5


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Three to seven hours of light are left, half an hour less each night until then."""
    start_s, end_s = span.spell(rng, 15.0, ends=0.3, lasts_days=(15.0, 60.0))
    lit_h = rng.uniform(3.0, 7.0)
    return Episode(CODE, serial, start_s, end_s, float(1.0 - lit_h / _NIGHT_H), {"lit_h": lit_h})


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The lamp goes out so many hours after dusk."""
    if episode.start_s <= times_s[0] < episode.end_s:
        falling = _NIGHT_H - 3.0 - _FALL_H_PER_DAY * episode.days_in(float(times_s[0]))
        lit_h = max(episode.shape["lit_h"], falling)
        levers.lit_h[row] = min(levers.lit_h[row], lit_h)


FAULTS = (
    # One lamp in ten a year [K].
    Fault(CODE, 0.10, draw, act, kinds=frozenset({Kind.STREET_LIGHT})),
)
