"""A street lamp that burns by day: a latched relay, a dirty or wrongly set dusk sensor."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.device import Kind
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers
from device_sim.noise import uniform

CODE = "lamp_day_burner"


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """On seven to ten days of ten, until somebody sees to it or the battery gives up."""
    start_s, end_s = span.spell(rng, 10.0, ends=0.4, lasts_days=(5.0, 40.0))
    shape = {"luck": float(rng.integers(2**32))}
    return Episode(CODE, serial, start_s, end_s, float(rng.uniform(0.7, 1.0)), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Full light all day long, on its share of the days."""
    key, today = np.array([int(episode.shape["luck"])], np.uint64), times_s[:1] // DAY_S
    if uniform(key, today, "burner/day")[0, 0] < episode.severity:
        levers.burning[row, episode.during(times_s)] = 1.0


FAULTS = (
    # One lamp in twelve a year [K].
    Fault(CODE, 0.08, draw, act, kinds=frozenset({Kind.STREET_LIGHT})),
)
