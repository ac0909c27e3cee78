"""Builds the gateway from its file and its environment; the only place that knows every part."""

import math
import threading
import time
from pathlib import Path

from collector.controllers.load import load_map
from collector.gateway.bus import PymodbusBus
from collector.gateway.bus_config import BusConfig
from collector.gateway.clock import EARLIEST_UTC_S, GatewayClock, run_id
from collector.gateway.commands import Commands
from collector.gateway.config import GatewayConfig
from collector.gateway.device import Device
from collector.gateway.download import Download
from collector.gateway.health import birth, state
from collector.gateway.heartbeat import Heartbeat
from collector.gateway.https import HttpsDoor
from collector.gateway.installed import Installed
from collector.gateway.outbox import Outbox
from collector.gateway.poller import Poller
from collector.gateway.port import Bus
from collector.gateway.probation import Probation
from collector.gateway.reading import Measured
from collector.gateway.revisions import Revisions
from collector.gateway.road import Road
from collector.gateway.runtime import Gateway, Parts, Stops
from collector.gateway.sender import Sender
from collector.gateway.settings import GatewaySettings
from collector.gateway.tls import Trust
from collector.gateway.trial import Trial
from collector.gateway.updates import Updates
from collector.gateway.uplink import Uplink
from collector.gateway.vedirect import VeDirectBus
from collector.gateway.versions_door import VersionsDoor

POLLER_SILENT_S = 300.0
"""A poller that has not looked up for so long beyond its interval is stuck [K]."""
UPLINK_SILENT_S = 900.0
"""Longer than the longest pause between attempts and a slow answer by HTTPS [K]."""
TRIAL_AGAIN_S = 60.0
"""While a change is on trial readings go again so soon, which makes the server answer at once."""


def open_bus(config: BusConfig, stop: threading.Event) -> tuple[Bus, list[Device]]:
    """The line and its devices. All devices of a line share one speed and gap: the first one's."""
    devices = [Device(d.serial, d.unit, load_map(d.controller)) for d in config.devices]
    first = devices[0].controller
    if first.sends_text:
        return VeDirectBus(config, first), devices
    return PymodbusBus(config, first.link, sleep=stop.wait), devices


def build_gateway(
    revisions: Revisions, settings: GatewaySettings, clock: GatewayClock, stop: threading.Event
) -> Gateway:
    """The whole gateway, not yet running. Raises sqlite3.Error when the outbox cannot be opened."""
    config, stops = revisions.start(), Stops(stop)
    outbox = Outbox(Path(config.outbox), clock, config.outbox_mb)
    installed = Installed(Path(config.outbox).parent)
    heartbeat, session = Heartbeat(), run_id()

    def keep(reading: Measured) -> None:
        # Below, the time counts from the start of the machine.
        outbox.keep(reading, session if reading.time_s < EARLIEST_UTC_S else "")

    pollers = []
    for bus_config in config.buses:
        bus, devices = open_bus(bus_config, stops.polling)
        beat = heartbeat.expect(bus_config.name, config.interval_s + POLLER_SILENT_S)
        stopping = stops.stopping(beat)
        pollers.append((bus, Poller(bus, devices, keep, clock, stopping=stopping)))
    formats = sorted({load_map(d.controller).data_format for d in config.devices})
    credentials = _credentials(config, settings)
    trust = Trust(config.broker.ca_file, lambda: clock.is_set)
    updates = _updates(config, revisions, installed, (credentials, trust), stops)
    uplink = Uplink(
        config.gateway,
        config.broker,
        credentials,
        trust,
        birth=lambda: birth(config, outbox, formats),
        state=lambda: state(
            config, outbox, revisions.said, _release(installed, updates), clock_set=clock.is_set
        ),
    )
    door = config.broker.https and HttpsDoor(config.broker.https, credentials, trust, clock.set)
    road = Road(uplink, door.post if door else None, config.broker.https_after_s)
    on_trial = revisions.on_trial or installed.on_trial
    again_after_s = min(config.broker.ack_timeout_s, TRIAL_AGAIN_S if on_trial else math.inf)
    sender = Sender(outbox, road, clock, time.monotonic, config.broker, again_after_s)
    probation = Probation(
        lambda: outbox.counts().produced, lambda: sender.acknowledgements, config.trial_s
    )
    commands = Commands(sender, clock, revisions, stops.anew.set)
    _connect(uplink, road, sender, commands)
    _connect_updates(updates, uplink, commands)
    uplink.beat = heartbeat.expect("uplink", UPLINK_SILENT_S)
    trial = Trial(probation, revisions, installed)
    parts = Parts(pollers, uplink, sender, outbox, clock, session, heartbeat, trial, updates)
    return Gateway(config.interval_s, parts, stops)


def _connect(uplink: Uplink, road: Road, sender: Sender, commands: Commands) -> None:
    """Who hears of what the uplink meets."""

    def connected() -> None:
        road.well()
        sender.reconnected()

    def tick() -> None:
        road.well()
        if commands.ask_for_time():
            uplink.tell_state()
        sender.tick()

    def command(payload: bytes) -> None:
        commands.take(payload)
        uplink.tell_state()

    uplink.on_ack = road.on_answer = sender.acknowledged
    uplink.on_command = command
    road.on_detour = sender.start_over
    uplink.on_tick = tick
    uplink.on_connected = connected
    uplink.on_away = lambda: road.away(sender.tick)


def _connect_updates(updates: Updates | None, uplink: Uplink, commands: Commands) -> None:
    if updates:
        commands.on_update, updates.on_news = updates.hint, uplink.tell_state


def _release(installed: Installed, updates: Updates | None) -> tuple[str, str]:
    """The version that runs, and what is being done about another one."""
    return installed.running, updates.said if updates else "off"


def _updates(
    config: GatewayConfig,
    revisions: Revisions,
    installed: Installed,
    access: tuple[tuple[str, str] | None, Trust],
    stops: Stops,
) -> Updates | None:
    """What looks for versions on the server; None unless the gateway's own file says so."""
    if not config.updates:
        return None
    folder, door = Path(config.outbox).parent, VersionsDoor(config.broker.https, *access)
    return Updates(
        door,
        Download(door, folder / "update", stops.polling.is_set),
        installed,
        (Path(config.updates), folder, revisions.file),
        busy=lambda: revisions.on_trial or installed.pending,
    )


def _credentials(config: GatewayConfig, settings: GatewaySettings) -> tuple[str, str] | None:
    password = settings.mqtt_password.get_secret_value()
    if not (settings.mqtt_username or password):
        return None
    return settings.mqtt_username or config.gateway, password
