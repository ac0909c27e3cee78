"""The village of the demonstration that is read over Modbus by a real gateway process."""

from pathlib import Path

from api.demo.broker import DemoBroker
from api.demo.children import Child, module
from collector.domain.registry import Registry
from collector.gateway.outbox_file import Counts, read_counts

GATEWAY = "gw-kusi-utara"


def write_config(
    folder: Path, broker: DemoBroker, registry: Registry, modbus_port: int, interval_s: int
) -> Path:
    """The gateway's configuration: one bus, a device for every unit of the registry."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f'gateway = "{GATEWAY}"',
        f"interval_s = {interval_s}",
        # Broker, collector and gateway share this machine's clock, whoever keeps it.
        'clock = "machine"',
        "",
        "[broker]",
        'host = "127.0.0.1"',
        f"port = {broker.port}",
        "",
        "[[buses]]",
        'name = "village"',
        'link = "tcp"',
        'host = "127.0.0.1"',
        f"port = {modbus_port}",
        # The controllers are simulated: no real line has to rest between requests.
        "gap_s = 0.0",
    ]
    for a in registry.assignments:
        if a.gateway == GATEWAY:
            lines += [
                "",
                "[[buses.devices]]",
                f'serial = "{a.serial}"',
                f"unit = {a.unit}",
                f'controller = "{a.controller}"',
            ]
    path = folder / "gateway.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def start_gateway(config: Path, broker: DemoBroker) -> Child:
    """Start `suluh gateway run` as a village would."""
    environment = {
        "SULUH_MQTT_USERNAME": GATEWAY if broker.passwords else "",
        "SULUH_MQTT_PASSWORD": broker.passwords.get(GATEWAY, ""),
    }
    command = module("collector.gateway.command", "run", "--config", str(config))
    return Child("village gateway", command, config.with_suffix(".log"), environment)


def outbox_counts(config: Path) -> Counts:
    """What the gateway has produced, what waits, and what the server has acknowledged.

    Zero before the gateway has made its outbox.
    """
    try:
        return read_counts(config.parent / "outbox.db")
    except FileNotFoundError:
        return Counts(0, 0, 0, 0)
