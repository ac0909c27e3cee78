"""What a fault is to the simulator: how often it strikes, how it runs, what it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.device import Kind
from device_sim.levers import Levers
from device_sim.truth import SystemTruth

Scope = Literal["system", "gateway"]


@dataclass(frozen=True, slots=True)
class Episode:
    """One fault at one system; ``end_s`` is infinite when nobody repairs it.

    ``severity`` is 0..1 in the fault's own sense, ``shape`` holds its other numbers.
    """

    fault: str
    serial: str
    start_s: float
    end_s: float
    severity: float = 1.0
    shape: Mapping[str, float] = field(default_factory=dict)

    def days_in(self, time_s: float) -> float:
        """Days since the start, 0 before it."""
        return max(0.0, min(time_s, self.end_s) - self.start_s) / DAY_S

    def during(self, times_s: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which moments lie within the episode."""
        return (times_s >= self.start_s) & (times_s < self.end_s)


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the answer sheet, times in UTC seconds; without an end it still goes on."""

    serial: str
    fault: str
    start_s: float
    end_s: float | None
    severity: float
    dark_from_s: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A period for which faults are planned: [start, end) in UTC seconds.

    The ``opening`` span is the first of a run: faults may have begun before it.
    """

    start_s: float
    end_s: float
    opening: bool = True

    def moment(self, rng: np.random.Generator, earlier_days: float = 0.0) -> float:
        """An even moment of the span; an opening span reaches back so many days."""
        back_s = earlier_days * DAY_S if self.opening else 0.0
        return float(rng.uniform(self.start_s - back_s, self.end_s))

    def spell(
        self,
        rng: np.random.Generator,
        earlier_days: float,
        *,
        ends: float,
        lasts_days: tuple[float, float],
    ) -> tuple[float, float]:
        """Start and end [s] of what begins at a ``moment`` and ends with a chance of ``ends``.

        What ends lasts between two numbers of days, what does not lasts for ever.
        """
        start_s = self.moment(rng, earlier_days)
        ended = rng.random() < ends
        return start_s, start_s + rng.uniform(*lasts_days) * DAY_S if ended else np.inf


def told_as_it_was(episode: Episode, truth: SystemTruth) -> Answer | None:
    """The answer of a fault that shows from its first to its last moment."""
    if episode.start_s >= truth.end_s or episode.end_s <= truth.start_s:
        return None
    end_s = episode.end_s if episode.end_s < truth.end_s else None
    return Answer(episode.serial, episode.fault, episode.start_s, end_s, episode.severity)


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail.

    ``rate_per_year`` is of one system, or of one gateway when ``scope`` says so. ``draw`` gives an
    episode for a serial, ``act`` sets the levers of its row for a day (quarter hours given by
    ``times_s``), ``answer`` says what the record of the run makes of it. What
    ``renews_battery`` ends with a new one; what ``needs_diodes`` spares panels that have none.
    ``standing_years`` is how long one goes on: so many years' worth stand when a record opens.
    """

    code: str
    rate_per_year: float
    draw: Callable[[np.random.Generator, str, Span], Episode]
    act: Callable[[Episode, Levers, int, NDArray[np.int64]], None]
    answer: Callable[[Episode, SystemTruth], Answer | None] = told_as_it_was
    kinds: frozenset[Kind] = frozenset(Kind)
    scope: Scope = "system"
    renews_battery: bool = False
    needs_diodes: bool = False
    standing_years: float = 0.0
