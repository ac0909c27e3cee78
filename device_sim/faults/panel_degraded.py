"""Cells that age too fast: browned laminate, moisture, cracks. Current is lost for good.

Sound modules lose about 1 % a year (0.99-1.15 % measured in East Africa), early polycrystalline
ones up to 3.4 % (Morocco). Here it is several times that, and still weeks show nothing of it.
"""

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from device_sim.fault import Answer, Episode, Fault, Span
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

CODE = "panel_degraded"
_TOLD = 0.10
"""A panel counts as degraded when it has lost a tenth more than its age explains [K]."""
_YEAR_DAYS = 365.25


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """4 to 12 % a year for years, down to its severity; nobody replaces a panel that works."""
    lost = rng.uniform(0.15, 0.35)
    per_year = rng.uniform(0.04, 0.12)
    start_s = span.moment(rng, earlier_days=_YEAR_DAYS * lost / per_year)
    return Episode(CODE, serial, start_s, np.inf, float(lost), {"per_year": per_year})


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """Less current for the same light, day by day a little."""
    years = episode.days_in(float(times_s[len(times_s) // 2])) / _YEAR_DAYS
    levers.light[row] *= 1.0 - min(episode.severity, episode.shape["per_year"] * years)


def answer(episode: Episode, truth: SystemTruth) -> Answer | None:
    """From the moment that a tenth is lost."""
    told_s = episode.start_s + _TOLD / episode.shape["per_year"] * _YEAR_DAYS * DAY_S
    if told_s >= truth.end_s:
        return None
    return Answer(episode.serial, CODE, told_s, None, round(episode.severity, 3))


FAULTS = (
    # One panel in a hundred a year begins to go; most reliable part of all (Carrasco 2014) [K].
    Fault(CODE, 0.01, draw, act, answer, standing_years=3.4),
)
