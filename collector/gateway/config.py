"""The gateway's file: who it is, where its broker is, and which devices hang on which bus."""

import tomllib
from itertools import chain
from pathlib import Path
from typing import Literal

import msgspec

from collector.controllers.load import MapError, load_map
from collector.wire.condensed import LONGEST_SERIAL

HIGHEST_UNIT = 247
"""Highest address of a device on a bus (Modbus over serial line V1.02, 2.2), besides 255."""


class ConfigError(ValueError):
    """The file cannot be used; says where and what to write instead."""


class DeviceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A controller: its serial as the registry has it, its bus address and its map."""

    serial: str
    unit: int
    controller: str = "epever_tracer"


class BusConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line. ``tcp`` Modbus TCP, ``rtu-tcp`` RTU frames through a network adapter, ``serial``.

    ``baud`` and ``gap_s`` (pause before each request) are the controller map's unless given.
    """

    name: str
    devices: tuple[DeviceConfig, ...]
    link: Literal["tcp", "rtu-tcp", "serial"] = "tcp"
    host: str = ""
    port: int = 502
    device: str = ""
    baud: int = 0
    timeout_s: float = 1.0
    gap_s: float | None = None


class BrokerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where readings go. With ``tls`` the broker's certificate is checked against ``ca_file``."""

    host: str
    port: int = 1883
    tls: bool = False
    ca_file: str = ""
    keepalive_s: int = 60
    ack_timeout_s: float = 60.0
    codec: Literal["json", "cbor"] = "json"
    compress: bool = True


class GatewayConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; ``outbox`` is relative to the file's own folder."""

    gateway: str
    broker: BrokerConfig
    buses: tuple[BusConfig, ...] = ()
    interval_s: int = 900
    outbox: str = "outbox.db"
    outbox_mb: float = 256.0

    @property
    def devices(self) -> tuple[DeviceConfig, ...]:
        """Every device of every bus."""
        return tuple(chain.from_iterable(bus.devices for bus in self.buses))


def read_config(file: Path) -> GatewayConfig:
    """The configuration in a TOML file, with ``outbox`` made absolute. Raises ConfigError."""
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not TOML: it is not UTF-8 text") from error
    try:
        config = msgspec.convert(tomllib.loads(text), GatewayConfig)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"{file}: {error}") from error
    if wrong := problems(config):
        raise ConfigError(f"{file}: " + "; ".join(wrong))
    outbox = str((file.parent / config.outbox).resolve())
    return msgspec.structs.replace(config, outbox=outbox)


def problems(config: GatewayConfig) -> list[str]:
    """What contradicts itself in a configuration, each as a sentence."""
    found = []
    if not config.gateway or set("/+#") & set(config.gateway):
        found.append("gateway: a name without / + #, the one its credentials were made for")
    if config.interval_s < 1:
        found.append("interval_s: at least 1 second, 900 is the programme's")
    if not config.devices:
        found.append("buses: no device to read; add [[buses.devices]] with serial and unit")
    serials = [d.serial for d in config.devices]
    found += [
        f"serial {s} stands twice" for s in sorted({s for s in serials if serials.count(s) > 1})
    ]
    found += [
        f"serial {s!r}: 1 to {LONGEST_SERIAL} characters; any other is refused by the server"
        for s in serials
        if not 1 <= len(s) <= LONGEST_SERIAL
    ]
    for bus in config.buses:
        found += _bus_problems(bus)
    return found


def _bus_problems(bus: BusConfig) -> list[str]:
    found = []
    if bus.link == "serial" and not bus.device:
        found.append(f'bus {bus.name}: a serial link needs device = "/dev/ttyUSB0"')
    if bus.link != "serial" and not bus.host:
        found.append(f'bus {bus.name}: a {bus.link} link needs host = "192.168.1.10"')
    if bus.timeout_s <= 0:
        found.append(f"bus {bus.name}: timeout_s must be above 0, 1.0 is usual")
    units = [d.unit for d in bus.devices]
    found += [
        f"bus {bus.name}: unit {u} stands twice"
        for u in sorted({u for u in units if units.count(u) > 1})
    ]
    for device in bus.devices:
        if not (1 <= device.unit <= HIGHEST_UNIT or device.unit == 255):
            found.append(f"device {device.serial}: unit is 1 to {HIGHEST_UNIT}, or 255")
        try:
            load_map(device.controller)
        except MapError as error:
            found.append(f"device {device.serial}: {error}")
    return found
