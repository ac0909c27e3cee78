"""The gateway's file: who it is, where its broker is, and which devices hang on which bus."""

import tomllib
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import msgspec

from collector.gateway.bus_config import BusConfig, DeviceConfig, bus_problems, bus_twice
from collector.gateway.https import address_problem
from collector.wire.condensed import LONGEST_SERIAL

LONGEST_INTERVAL_S = 86_400


class ConfigError(ValueError):
    """The file cannot be used; says where and what to write instead."""


class BrokerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where readings go. With ``tls`` the broker's certificate is checked against ``ca_file``.

    New readings wait ``batch_s`` for others to join them; older ones go at most
    ``backlog_rows_per_min``; what the server has not acknowledged after ``ack_timeout_s`` (it
    does at least hourly) goes again. ``https`` is the server's address for the time when the
    broker has not been reached for ``https_after_s``.
    """

    host: str
    port: int = 1883
    tls: bool = False
    ca_file: str = ""
    keepalive_s: int = 240
    ack_timeout_s: float = 4500.0
    batch_s: float = 60.0
    backlog_rows_per_min: int = 1200
    https: str = ""
    https_after_s: float = 600.0
    codec: Literal["json", "cbor"] = "json"
    compress: bool = True


class GatewayConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; ``outbox`` and ``updates`` are relative to the file's own folder.

    ``clock``: "ntp" trusts the machine's time once NTP keeps it, "machine" always (it has a
    battery-backed clock). A change by the server has ``trial_s`` to prove itself. ``updates``
    names a file of signers: versions that one of them has signed may come from the server.
    """

    gateway: str
    broker: BrokerConfig
    buses: tuple[BusConfig, ...] = ()
    interval_s: int = 900
    outbox: str = "outbox.db"
    outbox_mb: float = 256.0
    clock: Literal["ntp", "machine"] = "ntp"
    trial_s: int = 900
    updates: str = ""

    @property
    def devices(self) -> tuple[DeviceConfig, ...]:
        """Every device of every bus."""
        return tuple(chain.from_iterable(bus.devices for bus in self.buses))


def read_config(file: Path) -> GatewayConfig:
    """The configuration in a TOML file, its paths made absolute. Raises ConfigError."""
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
    updates = config.updates and str((file.parent / config.updates).resolve())
    return msgspec.structs.replace(config, outbox=outbox, updates=updates)


def changed(config: GatewayConfig, changes: dict[str, Any]) -> GatewayConfig:
    """A configuration with other values for some of its keys. Raises ConfigError.

    What ``changes`` holds of ``broker`` is joined with the rest of it; all else is replaced.
    """
    before = msgspec.to_builtins(config)
    wanted = before | changes
    if isinstance(changes.get("broker"), dict):
        wanted["broker"] = before["broker"] | changes["broker"]
    try:
        config = msgspec.convert(wanted, GatewayConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"the change: {error}") from error
    if wrong := problems(config):
        raise ConfigError("the change: " + "; ".join(wrong))
    return config


def problems(config: GatewayConfig) -> list[str]:
    """What contradicts itself in a configuration, each as a sentence."""
    found = []
    if not config.gateway or set("/+#") & set(config.gateway):
        found.append("gateway: a name without / + #, the one its credentials were made for")
    if not 1 <= config.interval_s <= LONGEST_INTERVAL_S:
        found.append("interval_s: 1 second to a day, 900 is the programme's")
    if not 10 <= config.trial_s <= LONGEST_INTERVAL_S:
        found.append("trial_s: 10 seconds to a day, 900 is usual")
    if not config.devices:
        found.append("buses: no device to read; add [[buses.devices]] with serial and unit")
    if config.updates and not config.broker.https:
        found.append('updates: versions come by HTTPS; write https = "https://..." under [broker]')
    found += _broker_problems(config.broker)
    serials = [d.serial for d in config.devices]
    found += [
        f"serial {s} stands twice" for s in sorted({s for s in serials if serials.count(s) > 1})
    ]
    found += [
        f"serial {s!r}: 1 to {LONGEST_SERIAL} characters; any other is refused by the server"
        for s in serials
        if not 1 <= len(s) <= LONGEST_SERIAL
    ]
    found += bus_twice(config.buses)
    for bus in config.buses:
        found += bus_problems(bus, config.interval_s)
    return found


def _broker_problems(broker: BrokerConfig) -> list[str]:
    """Values with which nothing would ever be sent, or the same for ever."""
    limits = {
        "keepalive_s": (broker.keepalive_s, 10, 3600),
        "ack_timeout_s": (broker.ack_timeout_s, 1, 86_400),
        "batch_s": (broker.batch_s, 0, 86_400),
        "backlog_rows_per_min": (broker.backlog_rows_per_min, 10, 1_000_000),
        "https_after_s": (broker.https_after_s, 0, 86_400),
    }
    wrong = address_problem(broker.https) if broker.https else ""
    return [f"broker: {wrong}"] * bool(wrong) + [
        f"broker: {name} is {low:,} to {high:,}"
        for name, (value, low, high) in limits.items()
        if not low <= value <= high
    ]
