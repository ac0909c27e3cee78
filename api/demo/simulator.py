"""The field of the demonstration: `suluh sim` as a process of its own, and what it reports."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.demo.broker import DemoBroker
from api.demo.children import Child, module
from api.demo.village_gateway import GATEWAY

USER = "suluh-sim"


@dataclass
class FieldReport:
    """What the simulator has told: readings sent, and how far the history is."""

    sent: int = 0
    history_done: int = 0
    history_of: int = 0
    history_ended: bool = False

    def note(self, event: dict[str, Any]) -> None:
        """Take in one event of the simulator."""
        kind = str(event.get("event"))
        if kind == "history":
            self.history_done, self.history_of = int(event["done"]), int(event["of"])
        else:
            self.history_ended = self.history_ended or kind == "history_done"
        self.sent = int(event.get("sent", self.sent))


@dataclass(frozen=True)
class FieldPlan:
    """What to simulate. ``publish_from`` leaves out history that was sent at an earlier start."""

    registry: Path
    started: datetime
    until: datetime
    seed: int
    interval_s: int
    modbus_port: int
    publish_from: datetime | None = None


def start_simulator(plan: FieldPlan, folder: Path, broker: DemoBroker) -> tuple[Child, FieldReport]:
    """Start it; the report is kept up to date from then on."""
    report = FieldReport()
    command = [
        *module("device_sim.command", "sim"),
        f"--registry={plan.registry}",
        f"--broker=127.0.0.1:{broker.port}",
        f"--mqtt-protocol={broker.protocol}",
        f"--start={_iso(plan.started)}",
        f"--end={_iso(plan.until)}",
        f"--seed={plan.seed}",
        f"--interval-s={plan.interval_s}",
        f"--modbus-port={plan.modbus_port}",
        f"--modbus-gateway={GATEWAY}",
        f"--answers={folder / 'answers.csv'}",
        "--events",
    ]
    if plan.publish_from is not None:
        command.append(f"--publish-from={_iso(plan.publish_from)}")
    environment = {
        "SULUH_SIM_MQTT_USERNAME": USER if broker.passwords else "",
        "SULUH_SIM_MQTT_PASSWORD": broker.passwords.get(USER, ""),
    }
    child = Child("simulator", command, folder / "simulator.log", environment, report.note)
    return child, report


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
