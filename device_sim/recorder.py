"""A fleet simulated and recorded: blocks that fit the cache, day by day, nothing kept longer."""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Village
from collector.domain.registry import Registry
from device_sim.answers import answers_of, write_answers
from device_sim.arrivals import Arrivals
from device_sim.delivery import Delivery
from device_sim.fault import Episode
from device_sim.fleet import Fleet, fleet_of
from device_sim.grid import day_of, times_of
from device_sim.hidden_capacity import capacity_table, write_capacity
from device_sim.mending import events_of, renewals_of
from device_sim.planning import Lot
from device_sim.progress import Tell
from device_sim.recording import ReadingFiles
from device_sim.replay_tables import write_events, write_registry
from device_sim.timeline import ALREADY_PLANNED, Timeline
from device_sim.weather import Weather, WeatherDay

BLOCK_SYSTEMS = 5000
"""Systems worked through at a time: the arrays of one step stay in the cache, yet are long enough
that numpy's own cost for each call is small (15 us a system and day; 1,500 take 25)."""
_SKY_DAYS = 16
_YEAR_DAYS = 365.25
_KB_A_MB = 1024.0


class TimedWeather(Weather):
    """Weather that says what it cost, and does not keep the skies of days gone by."""

    def __init__(self, villages: tuple[Village, ...], seed: int) -> None:
        super().__init__(villages, seed)
        self._seed = seed
        self.cpu_s = 0.0

    def day(self, day: int) -> WeatherDay:
        """The weather of a UTC day since 1970; days are asked for in order."""
        began_s = time.process_time()
        if day % _SKY_DAYS == 0:
            super().__init__(self.villages, self._seed)
        weather = super().day(day)
        self.cpu_s += time.process_time() - began_s
        return weather


@dataclass
class Block:
    """Whole villages of a fleet; ``first`` is their first row among all."""

    first: int
    timeline: Timeline
    weather: TimedWeather
    delivery: Delivery
    kept: dict[str, NDArray[Any]] = field(default_factory=dict)

    def record(self, day: int, span_s: tuple[int, int], arrivals: Arrivals) -> None:
        """Simulate a day and put what is read between two moments among the arrivals."""
        view = self.timeline.take(day)
        self._settle_truth(day_of(span_s[1] - 1) - day_of(span_s[0]) + 1)
        heard = view.heard
        if day in {day_of(span_s[0]), day_of(span_s[1] - 1)}:
            heard = heard & self._within(day, span_s)
        late, again = self.delivery.detours(day)
        arrivals.put(self.first, view.shown, heard, (day, late, again), view.clock_s)

    def _within(self, day: int, span_s: tuple[int, int]) -> NDArray[np.bool_]:
        """Which quarter hours (systems, 96) are read and arrive between two moments."""
        time_s = times_of(day)[None, :] + self.delivery.phase_s[:, None]
        on_time_s = time_s + self.delivery.delay_s[:, None]
        return (time_s >= span_s[0]) & (on_time_s < span_s[1])

    def _settle_truth(self, days: int) -> None:
        """Move the day's truth into one piece of memory for all days.

        Small arrays that stay while large ones come and go would keep the heap from shrinking.
        """
        record = self.timeline.record.days
        place, truth = len(record) - 1, record[-1]
        moved: dict[str, Any] = {}
        for name in (f.name for f in fields(truth)):
            values = getattr(truth, name)
            if isinstance(values, np.ndarray):
                if name not in self.kept:
                    self.kept[name] = np.empty((days, *values.shape), values.dtype)
                self.kept[name][place] = values
                moved[name] = self.kept[name][place]
        record[-1] = replace(truth, **moved)


_Thing = TypeVar("_Thing")


def _as_it_is(value: _Thing) -> _Thing:
    return value


@dataclass
class Recorder:
    """Writes a run from ``start_s`` to ``end_s`` into a folder in the replay format.

    ``furnish`` and ``sky`` make a block's fleet and weather another country's.
    """

    registry: Registry
    lot: Lot
    episodes: list[Episode]
    span_s: tuple[int, int]
    folder: Path
    tell: Tell
    stop: Callable[[], bool]
    furnish: Callable[[Fleet], Fleet] = _as_it_is
    sky: Callable[[Weather], Weather] = _as_it_is
    blocks: list[Block] = field(default_factory=list)

    def run(self) -> dict[str, float]:
        """Record everything; the account of it. Raises OSError when it cannot be written.

        Stopped early, the account has fewer days and there is no answer sheet.
        """
        began_s, began_cpu_s = time.monotonic(), time.process_time()
        start_s, end_s = self.span_s
        self.folder.mkdir(parents=True, exist_ok=True)
        self.blocks = list(self._blocks())
        days = range(day_of(start_s), day_of(end_s - 1) + 1)
        done, rows = self._readings(days)
        if done == len(days):
            write_registry(self.registry, self.folder / "registry.csv")
            self._events()
            self._answers()
        weather_s = sum(b.weather.cpu_s for b in self.blocks)
        cpu_s = time.process_time() - began_cpu_s - weather_s
        systems = len(self.registry.assignments)
        years = systems * max(done, 1) / _YEAR_DAYS
        return {
            "systems": systems,
            "days": done,
            "rows": rows,
            "cpu_ms_per_system_year": round(1000.0 * cpu_s / years, 3),
            "cpu_s": round(cpu_s, 3),
            "weather_cpu_s": round(weather_s, 3),
            "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB_A_MB, 1),
            "seconds": round(time.monotonic() - began_s, 3),
        }

    def _readings(self, days: range) -> tuple[int, int]:
        """Record the days one by one; how many were done, and their rows."""
        uplinks = [b.delivery for b in self.blocks]
        phase_s = np.concatenate([u.phase_s for u in uplinks])
        after_s = phase_s + np.concatenate([u.delay_s for u in uplinks])
        arrivals = Arrivals(after_s, phase_s, self.span_s[1])
        serials = tuple(s for b in self.blocks for s in b.timeline.fleet.serials)
        with ReadingFiles(self.folder / "readings", serials) as files:
            for done, day in enumerate(days):
                for block in self.blocks:
                    if self.stop():
                        return done, files.rows
                    block.record(day, self.span_s, arrivals)
                files.begin(day)
                for rows in arrivals.windows(day):
                    files.write(rows)
                self.tell("recorded", {"days": done + 1, "of": len(days), "rows": files.rows})
            return len(days), files.rows

    def _blocks(self) -> Iterator[Block]:
        of_serial: dict[str, list[Episode]] = {}
        for e in self.episodes:
            of_serial.setdefault(e.serial, []).append(e)
        first = 0
        for made in blocks_of(self.registry, self.lot.seed):
            fleet = self.furnish(made)
            weather = TimedWeather(fleet.villages, self.lot.seed)
            own = [e for serial in fleet.serials for e in of_serial.get(serial, ())]
            timeline = Timeline(
                fleet, self.lot, self.span_s[0], ALREADY_PLANNED, own, self.sky(weather), full=False
            )
            delivery = Delivery.of(fleet, timeline.instruments.phase_s, self.lot.seed)
            yield Block(first, timeline, weather, delivery)
            first += len(fleet)

    def _events(self) -> None:
        renewals = [
            renewal
            for b in self.blocks
            for renewal in renewals_of(
                b.timeline.fleet.serials, b.timeline.record.days, b.timeline.episodes
            )
        ]
        noted = events_of(self.episodes, self.lot.seed, self.span_s, renewals)
        write_events(noted, self.folder / "events.csv")

    def _answers(self) -> None:
        timelines = [b.timeline for b in self.blocks]
        held = [capacity_table(t.fleet.serials, t.record) for t in timelines]
        write_capacity(held, self.folder / "capacity.parquet")
        found = [a for t in timelines for a in answers_of(t, self.span_s[1])]
        found.sort(key=lambda a: (a.serial, a.start_s, a.fault))
        write_answers(found, self.folder / "answers.csv")


def blocks_of(registry: Registry, seed: int) -> Iterator[Fleet]:
    """The fleet in pieces of whole villages, so that no village's weather is made twice.

    Every system is the same as it would be in one fleet: it draws from its own serial alone.
    """
    village_of = {s.code: s.village for s in registry.systems}
    systems = {s.code: s for s in registry.systems}
    members: dict[str, list[int]] = {}
    for row, a in enumerate(registry.assignments):
        members.setdefault(village_of[a.system], []).append(row)
    group: list[Village] = []
    rows: list[int] = []
    last = [v for v in registry.villages if v.name in members][-1]
    for village in registry.villages:
        group.append(village)
        rows += members.get(village.name, [])
        if rows and (len(rows) >= BLOCK_SYSTEMS or village is last):
            assignments = [registry.assignments[row] for row in rows]
            yield fleet_of(group, [systems[a.system] for a in assignments], assignments, seed)
            group, rows = [], []
