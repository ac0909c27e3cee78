"""The village of the demonstration that is read over Modbus by a real gateway process."""

import json
import subprocess
from pathlib import Path

from api.demo.broker import DemoBroker
from api.demo.children import Child, module
from collector.domain.registry import Registry

GATEWAY = "gw-kusi-utara"


def write_config(folder: Path, broker: DemoBroker, registry: Registry, modbus_port: int) -> Path:
    """The gateway's configuration: one bus, a device for every unit of the registry."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f'publisher = "{GATEWAY}"',
        f'outbox = "{folder / "outbox.db"}"',
        "interval_s = {interval_s}",
        "",
        "[broker]",
        'host = "127.0.0.1"',
        f"port = {broker.port}",
        f"protocol = {broker.protocol}",
        "",
        "[[bus]]",
        'name = "village"',
        'type = "tcp"',
        'host = "127.0.0.1"',
        f"port = {modbus_port}",
    ]
    for a in registry.assignments:
        if a.gateway == GATEWAY:
            lines += [
                "",
                "[[device]]",
                f'serial = "{a.serial}"',
                'bus = "village"',
                f"unit = {a.unit}",
                f'controller = "{a.controller}"',
            ]
    path = folder / "gateway.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def start_gateway(config: Path, broker: DemoBroker) -> Child:
    """Start `suluh gateway run` as a village would."""
    environment = {
        "SULUH_GATEWAY_MQTT_USERNAME": GATEWAY if broker.passwords else "",
        "SULUH_GATEWAY_MQTT_PASSWORD": broker.passwords.get(GATEWAY, ""),
    }
    command = module("collector.gateway.command", "run", "--config", str(config))
    return Child("village gateway", command, config.with_suffix(".log"), environment)


def outbox_counts(config: Path) -> dict[str, int]:
    """What the gateway has produced, what waits, and what the server has acknowledged."""
    command = module("collector.gateway.command", "status", "--config", str(config), "--json")
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)
