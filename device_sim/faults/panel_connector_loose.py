"""A plug that makes contact and loses it, more often in heat and wind, and ever worse."""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Episode, Fault, Span
from device_sim.levers import Levers
from device_sim.noise import uniform

CODE = "panel_connector_loose"
_WORST_AFTER_DAYS = 30.0
_HEAT_UTC_H = 4.5
"""Roofs over the Banda Sea are hottest about half past four UTC, early in the afternoon."""


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """It begins with a dropout in eight and gets worse for a month; six of ten are tightened."""
    start_s, end_s = span.spell(rng, 20.0, ends=0.6, lasts_days=(10.0, 60.0))
    shape = {"luck": float(rng.integers(2**32))}
    return Episode(CODE, serial, start_s, end_s, float(rng.uniform(0.25, 0.5)), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Open for single quarter hours: a share of them that grows, with the heat and the wind."""
    key, ticks = np.array([int(episode.shape["luck"])], np.uint64), times_s // 900
    chance = uniform(key, ticks, "loose/contact")[0]
    wind = 0.6 + 0.8 * uniform(key, ticks // 96, "loose/wind")[0]
    heat = 1.0 + 0.4 * np.cos((times_s % DAY_S / 3600.0 - _HEAT_UTC_H) * np.pi / 12.0)
    worse = min(1.0, 0.5 + 0.5 * episode.days_in(float(times_s[0])) / _WORST_AFTER_DAYS)
    open_now = chance < episode.severity * worse * wind * heat
    levers.panel_open[row] |= open_now & episode.during(times_s)


FAULTS = (
    # One connection in fifty a year: plugs crimped by hand, salt in the air [K].
    Fault(CODE, 0.02, draw, act),
)
