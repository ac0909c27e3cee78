"""The only place that builds the simulator's links and joins them with a fleet."""

import shutil
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import numpy as np

from collector.domain.clock import DAY_S, Clock
from collector.domain.registry import Registry, read_registry
from device_sim.answers import answers_of, write_answers
from device_sim.country import Country
from device_sim.fault import Episode, Fault, Span
from device_sim.faults import known_faults
from device_sim.faults.silent import CODE as SILENT
from device_sim.finished import unfinished_folder
from device_sim.fleet import Fleet, fleet_of
from device_sim.grid import STEP_S, day_of
from device_sim.growth import grown
from device_sim.haze import HazyWeather
from device_sim.history import History
from device_sim.links.mqtt import BrokerAddress, MqttLink
from device_sim.live import Live
from device_sim.options import OptionError, Options
from device_sim.planning import Lot, plan
from device_sim.population import Population, as_table, healthy_lead_acid_homes
from device_sim.progress import Tell
from device_sim.recorder import Recorder
from device_sim.run import Simulation
from device_sim.served import Served
from device_sim.session import Session
from device_sim.settings import SimulatorSettings
from device_sim.size import Size, refuse_too_much
from device_sim.telemetry import Numbering
from device_sim.timeline import SETTLING_DAYS, Timeline, plan_ahead
from device_sim.weather import Weather

PLAN_DAYS = 60
"""Faults are drawn for periods of so many days from the start, whatever is published of them."""


@dataclass
class Field:
    """A simulated fleet and its links, ready to run."""

    options: Options
    timeline: Timeline
    session: Session
    served: Served | None
    clock: Clock

    def run(self) -> int:
        """Run to the end; returns the distinct readings sent. Raises OSError without its port."""
        if self.served:
            self.served.start()
        try:
            return self.session.run()
        finally:
            if self.served:
                self.served.stop()
            self.write_answers()

    def write_answers(self) -> None:
        """Write what was wrong up to now, if anybody wants to know."""
        if self.options.answers and self.timeline.record.days:
            end_s = self.options.end_s
            if self.options.interval_s is not None:
                end_s = max(end_s, int(self.clock() // STEP_S) * STEP_S)
            write_answers(answers_of(self.timeline, end_s), self.options.answers)


def build_field(
    options: Options,
    settings: SimulatorSettings,
    tell: Tell,
    stopping: threading.Event,
    clock: Clock,
) -> Field:
    """Everything of one run; nothing is connected yet.

    Raises OSError or RegistryError for the registry, OptionError for a gateway it does not know.
    """
    fleet = _fleet(options)
    serving = options.serving
    lot = Lot(options.seed, _faults(options), frozenset({serving.gateway}))
    extra = _outages(options, fleet)
    weather = _sky(options, Weather(fleet.villages, options.seed))
    timeline = Timeline(fleet, lot, options.start_s, PLAN_DAYS * DAY_S, extra, weather)
    numbering = Numbering.of(fleet, np.full(len(fleet), _first_boot(options), np.int64))
    history = History(
        timeline,
        numbering,
        options.publish_from_s,
        options.end_s,
        odd=options.publish_from_s == options.start_s,
        stop=stopping.is_set,
    )
    password = settings.sim_mqtt_password.get_secret_value()
    broker = BrokerAddress(
        options.broker_host,
        options.broker_port,
        settings.sim_mqtt_username,
        password,
        options.mqtt_protocol,
    )
    client_id = settings.sim_mqtt_username or f"suluh-sim-{uuid4().hex[:8]}"
    live = Live(timeline, numbering, serving.gateway if serving.wanted else "")
    link = MqttLink(broker, client_id)
    session = Session(history, live, link, tell, clock, stopping, options.interval_s)
    served = Served(serving, timeline, clock) if serving.wanted else None
    return Field(options, timeline, session, served, clock)


def build_recorder(options: Options, tell: Tell, stopping: threading.Event) -> Recorder:
    """Everything a recording of the history needs; its folder is not made yet.

    It goes into a folder that bears its name once it is whole (``finished.finish``). Raises as
    ``build_field`` does, OptionError when the folder holds something or the disk is too small.
    """
    if options.record is None:
        raise OptionError("give --record DIR: where the recording is to be written")
    folder = unfinished_folder(options.record)
    span_s = (options.start_s, options.end_s)
    if span_s[0] == span_s[1]:
        raise OptionError("--record needs --days above 0: there is nothing to record")
    registry = _registry(options)
    systems = len(registry.assignments)
    size = Size(systems, (span_s[1] - span_s[0]) / DAY_S)
    refuse_too_much(size, _free_bytes(options.record), meant=True)
    tell("fleet", {"systems": systems})
    fleet = fleet_of(registry.villages, registry.systems, registry.assignments, options.seed)
    lot = Lot(options.seed, _faults(options))
    episodes = plan_ahead(fleet, lot, span_s, PLAN_DAYS * DAY_S) + _outages(options, fleet)
    lot = Lot(options.seed, known_faults())
    return Recorder(
        *(registry, lot, episodes, span_s, folder, tell, stopping.is_set),
        furnish=_country(options).furnish,
        sky=partial(_sky, options),
    )


def population_table(options: Options) -> str:
    """The homes of the fleet over the history's days beside the field's, as text.

    Raises as ``build_field`` does, ValueError when the history is shorter than a day.
    """
    fleet = _fleet(options)
    lot = Lot(options.seed, _faults(options))
    episodes = plan(fleet, lot, Span(options.start_s, options.start_s + PLAN_DAYS * DAY_S))
    first_day = day_of(options.start_s) - SETTLING_DAYS
    weather = _sky(options, Weather(fleet.villages, options.seed))
    simulation = Simulation(fleet, options.seed, first_day, lot.faults, weather)
    chosen = healthy_lead_acid_homes(fleet, [e.serial for e in episodes if e.fault != SILENT])
    population = Population(chosen)
    days = (options.end_s - options.start_s) // DAY_S
    if days < 1:
        raise ValueError("--stats needs --days 1 or more")
    for day in range(-SETTLING_DAYS, days):
        trace = simulation.advance(episodes)
        if day >= 0:
            population.add(trace)
    return as_table(population.statistics())


def _fleet(options: Options) -> Fleet:
    registry = _registry(options)
    fleet = fleet_of(registry.villages, registry.systems, registry.assignments, options.seed)
    return _country(options).furnish(fleet)


def _country(options: Options) -> Country:
    return options.scenario.country if options.scenario else Country()


def _sky(options: Options, weather: Weather) -> Weather:
    """The weather behind the haze that a scenario orders."""
    haze = options.scenario.haze if options.scenario else ()
    return HazyWeather(weather, haze, day_of(options.start_s)) if haze else weather


def _free_bytes(folder: Path) -> float:
    """Room on the disk that a folder will lie on."""
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    return float(shutil.disk_usage(there).free)


def _registry(options: Options) -> Registry:
    if options.scenario and options.scenario.systems and options.systems is None:
        size = Size(options.scenario.systems, (options.end_s - options.start_s) / DAY_S)
        refuse_too_much(size, None, meant=options.meant)
    if options.scenario:
        return options.scenario.sites(options.systems)
    if options.registry is None:
        raise OptionError("give --registry FILE, or --scenario NAME for a fleet that comes along")
    registry = read_registry(options.registry)
    return grown(registry, options.systems) if options.systems else registry


def _faults(options: Options) -> tuple[Fault, ...]:
    return options.scenario.faults() if options.scenario else known_faults()


def _outages(options: Options, fleet: Fleet) -> list[Episode]:
    if options.scenario is None:
        return []
    return options.scenario.episodes(fleet, options.seed, options.start_s)


def _first_boot(options: Options) -> int:
    """Boot number of a run: one that goes on where another ended must number higher than it."""
    return 1 + (options.publish_from_s - options.start_s) // 60
