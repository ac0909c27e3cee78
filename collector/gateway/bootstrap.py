"""Builds the gateway from its file and its environment; the only place that knows every part."""

import threading
import time
from pathlib import Path

from collector.controllers.load import load_map
from collector.domain.clock import Clock, system_clock
from collector.gateway.bus import PymodbusBus
from collector.gateway.config import BusConfig, GatewayConfig
from collector.gateway.device import Device
from collector.gateway.health import birth, state
from collector.gateway.outbox import Outbox
from collector.gateway.poller import Poller
from collector.gateway.runtime import Gateway
from collector.gateway.sender import Sender
from collector.gateway.settings import GatewaySettings
from collector.gateway.uplink import Uplink


def open_bus(config: BusConfig, stop: threading.Event) -> tuple[PymodbusBus, list[Device]]:
    """The line and its devices. All devices of a line share one speed and gap: the first one's."""
    devices = [Device(d.serial, d.unit, load_map(d.controller)) for d in config.devices]
    return PymodbusBus(config, devices[0].controller.link, sleep=stop.wait), devices


def build_gateway(
    config: GatewayConfig,
    settings: GatewaySettings,
    stop: threading.Event,
    clock: Clock = system_clock,
) -> Gateway:
    """The whole gateway, not yet running. Raises sqlite3.Error when the outbox cannot be opened."""
    outbox = Outbox(Path(config.outbox), clock, config.outbox_mb)
    pollers, data_formats = [], set()
    for bus_config in config.buses:
        bus, devices = open_bus(bus_config, stop)
        data_formats |= {d.controller.data_format for d in devices}
        pollers.append((bus, Poller(bus, devices, outbox.keep, clock, stopping=stop.is_set)))
    uplink = Uplink(
        config.gateway,
        config.broker,
        _credentials(config, settings),
        birth=lambda: birth(config, outbox, sorted(data_formats)),
        state=lambda: state(config, outbox),
    )
    sender = Sender(outbox, uplink, clock, time.monotonic, config.broker)
    return Gateway(config.interval_s, pollers, uplink, sender, outbox, stop)


def _credentials(config: GatewayConfig, settings: GatewaySettings) -> tuple[str, str] | None:
    password = settings.mqtt_password.get_secret_value()
    if not (settings.mqtt_username or password):
        return None
    return settings.mqtt_username or config.gateway, password
