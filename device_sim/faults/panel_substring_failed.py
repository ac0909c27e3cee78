"""A bypass diode that fails shorted, or a dead string of cells: part of the voltage is gone.

A 12 V panel of 36 cells has two diodes, so half of its voltage goes and what is left lies below the
battery's: it charges nothing. A larger panel of 60 or 72 cells has three and loses a third (Voc/3),
of which a tracker makes the best. A panel without diodes has none that could fail.
"""

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers

CODE = "panel_substring_failed"
_HALF, _THIRD = 1 / 2, 1 / 3


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Lightning, heat or a bad joint, from one moment to the next: half of a 12 V panel."""
    return _drawn(rng, serial, span, _HALF)


def draw_large(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """A third of a facility's larger panel."""
    return _drawn(rng, serial, span, _THIRD)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The panel's voltage falls to what is left of it, from the next day on."""
    if episode.start_s <= times_s[0] < episode.end_s:
        levers.panel_volts[row] *= 1.0 - episode.severity


def _drawn(rng: np.random.Generator, serial: str, span: Span, lost: float) -> Episode:
    start_s, end_s = span.spell(rng, 10.0, ends=0.3, lasts_days=(15.0, 60.0))
    return Episode(CODE, serial, start_s, end_s, lost)


_SMALL = frozenset({Kind.HOME, Kind.STREET_LIGHT})
FAULTS = (
    # The panel is the most reliable part (Carrasco 2014, 41 tested); one in a hundred a year [K].
    Fault(CODE, 0.01, draw, act, kinds=_SMALL, needs_diodes=True),
    Fault(CODE, 0.01, draw_large, act, kinds=frozenset({Kind.FACILITY}), needs_diodes=True),
)
