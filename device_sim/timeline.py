"""The fleet's story at any moment: simulated day by day, and read off in between."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.fields import FIELDS, IS_CODE
from device_sim.arrays import Array
from device_sim.fault import Episode, Span
from device_sim.fleet import Fleet
from device_sim.grid import STEP_S, STEPS_A_DAY, day_of
from device_sim.instruments import instruments_of
from device_sim.levers import Levers
from device_sim.measure import measured
from device_sim.meters import as_metered, hold_stuck
from device_sim.planning import Lot, plan
from device_sim.run import Simulation
from device_sim.telemetry import heard
from device_sim.truth import Record
from device_sim.weather import Weather

SETTLING_DAYS = 4
"""Days simulated before the first that counts: batteries find their daily round."""
ALREADY_PLANNED = float("inf")
_KEPT_DAYS = 3
_IS_STEPWISE = IS_CODE | np.array([f.name == "soc_percent" for f in FIELDS])


@dataclass(frozen=True, slots=True)
class DayView:
    """What controllers show on a UTC day: (systems, 96, fields), and which of it is heard.

    ``clock_s`` (systems,) is how far each device's clock is ahead that day.
    """

    day: int
    shown: Array
    heard: NDArray[np.bool_]
    clock_s: NDArray[np.int64]


@dataclass
class Timeline:
    """A fleet from ``start_s`` on; faults are planned anew for every ``period_s``.

    With the period ALREADY_PLANNED the ``extra`` episodes are all there are. ``weather`` is the
    villages' own unless it is given; ``full`` False leaves out what only fuller controllers show.

    Days are asked for in order, or again while they are kept. Safe to use from several threads.
    """

    fleet: Fleet
    lot: Lot
    start_s: int
    period_s: float
    extra: Sequence[Episode] = ()
    weather: Weather | None = None
    full: bool = True
    record: Record = field(default_factory=Record)
    episodes: list[Episode] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.instruments = instruments_of(self.fleet)
        first_day = day_of(self.start_s) - SETTLING_DAYS
        self._simulation = Simulation(
            self.fleet, self.lot.seed, first_day, self.lot.faults, self.weather
        )
        self._views: dict[int, DayView] = {}
        self._planned_to_s: float = self.start_s
        if self.period_s == ALREADY_PLANNED:
            self._planned_to_s = ALREADY_PLANNED
        self._lock = threading.RLock()
        self.episodes += self.extra

    def day(self, day: int) -> DayView:
        """The readings of a UTC day. Raises LookupError when it is past and no longer kept."""
        with self._lock:
            while self._simulation.day <= day:
                self._next_day()
            if day not in self._views:
                raise LookupError(f"day {day} is gone: days are read in order")
            return self._views[day]

    def take(self, day: int) -> DayView:
        """The readings of a UTC day, which are not kept here any longer. Raises as ``day`` does."""
        with self._lock:
            view = self.day(day)
            del self._views[day]
            return view

    def at(self, time_s: float) -> tuple[Array, NDArray[np.bool_]]:
        """Values (systems, fields) at an instant, and which systems are heard then.

        Linear between quarter hours; a value that is missing at either end is missing. Codes and
        the stage are those of the quarter hour that has begun.
        """
        tick = int(time_s // STEP_S)
        share = np.float32(time_s / STEP_S - tick)
        now, then = self._column(tick), self._column(tick + 1)
        values = now[0] + share * (then[0] - now[0])
        return np.where(_IS_STEPWISE, now[0], values), now[1]

    def clock_s(self, time_s: float) -> NDArray[np.int64]:
        """How far each device's clock is ahead at an instant [s], shape (systems,)."""
        return self.day(day_of(time_s)).clock_s

    def _column(self, tick: int) -> tuple[Array, NDArray[np.bool_]]:
        day, step = divmod(tick, STEPS_A_DAY)
        view = self.day(day)
        return view.shown[:, step], view.heard[:, step]

    def _next_day(self) -> None:
        day = self._simulation.day
        while self._planned_to_s < (day + 1) * DAY_S:
            opening = self._planned_to_s == self.start_s
            end_s = self._planned_to_s + self.period_s
            span = Span(self._planned_to_s, end_s, opening=opening)
            self.episodes += plan(self.fleet, self.lot, span, self.episodes)
            self._planned_to_s = end_s
        trace = self._simulation.advance(self.episodes)
        if trace.truth is not None and (day + 1) * DAY_S > self.start_s:
            self.record.add(trace.truth)
        if (day + 1) * DAY_S <= self.start_s:
            return
        levers = trace.levers or Levers.untouched(len(self.fleet))
        seen = as_metered(trace)
        shown = hold_stuck(measured(self.fleet, self.instruments, seen, full=self.full), levers)
        sent = heard(self.fleet, self.instruments, seen)
        self._views[day] = DayView(day, shown, sent, levers.clock_s)
        self._views.pop(day - _KEPT_DAYS, None)


def plan_ahead(
    fleet: Fleet, lot: Lot, span_s: tuple[float, float], period_s: float
) -> list[Episode]:
    """Every episode that a timeline of the fleet would plan for a span, all at once."""
    episodes: list[Episode] = []
    begin_s = span_s[0]
    while begin_s < span_s[1]:
        span = Span(begin_s, begin_s + period_s, opening=begin_s == span_s[0])
        episodes += plan(fleet, lot, span, episodes)
        begin_s += period_s
    return episodes
