"""The demonstration from end to end: field, broker, collector, analytics, tickets, page."""

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from analytics.bootstrap import knowing_clocks
from analytics.nightly import run_nightly
from api.bootstrap import Stores, build_app, open_stores, web_server
from api.demo.broker import DemoBroker, free_port, start_broker
from api.demo.children import Child
from api.demo.memory import DemoMemory
from api.demo.progress import Progress
from api.demo.simulator import USER, FieldPlan, FieldReport, start_simulator
from api.demo.village_gateway import GATEWAY, outbox_counts, start_gateway, write_config
from api.settings import ApiSettings
from collector.bootstrap import Collector, build_collector
from collector.domain.clock import system_clock
from collector.domain.registry import Registry, read_registry
from collector.fleet.importer import import_registry
from collector.intake.bootstrap import build_http_door
from collector.settings import CollectorSettings
from collector.web_server import WebServer

COLLECTOR = "suluh-collector"
PILOT = Path("deploy/pilot/registry.csv")
ANSWERING_SHARE = 0.8
NO_MOSQUITTO = (
    "  Notice: mosquitto is not installed, so a small broker in Python stands in for it.\n"
    "  For anything but a look: apt-get install mosquitto mosquitto-clients"
)
_SETTLE_WITHIN_S = 120.0


@dataclass(frozen=True)
class DemoPlan:
    """What the person asked for."""

    folder: Path
    days: int
    seed: int
    interval_s: int
    api: ApiSettings
    registry: Path = PILOT


@dataclass
class Demo:
    """Everything that runs. Entering it starts it; leaving it stops all it started, in reverse."""

    plan: DemoPlan
    stopping: threading.Event
    progress: Progress = field(default_factory=Progress)
    children: list[Child] = field(default_factory=list)
    report: FieldReport = field(default_factory=FieldReport)
    memory: DemoMemory = field(init=False)
    registry: Registry = field(init=False)
    broker: DemoBroker = field(init=False)
    stores: Stores = field(init=False)
    collector: Collector = field(init=False)
    web: WebServer = field(init=False)
    simulator: Child = field(init=False)
    gateway: Child = field(init=False)
    gateway_config: Path = field(init=False)
    until: datetime = field(init=False)
    modbus_port: int = field(default_factory=free_port)
    _started: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Demo":
        try:
            self._start()
        except BaseException:
            self._started.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.end()
        self._started.close()

    def _start(self) -> None:
        """Stores, registry, broker, collector, page: ready to receive."""
        self.progress.stage("start", "Starting: stores, registry, broker, collector, page")
        plan = self.plan
        plan.folder.mkdir(parents=True, exist_ok=True)
        self.memory = DemoMemory.load(plan.folder, plan.days, plan.seed)
        self.registry = read_registry(plan.registry)
        self.broker = start_broker(plan.folder / "broker", (COLLECTOR, USER, GATEWAY))
        self._keep(self.broker.child)
        if not self.broker.is_mosquitto:
            self.progress.say(NO_MOSQUITTO)
        settings = _settings(plan, self.broker)
        self.stores = open_stores(settings)
        self._started.callback(self.stores.close)
        import_registry(plan.registry, self.stores.fleet, system_clock)
        self.collector = build_collector(settings, self.stores.readings, self.stores.engine)
        self.collector.start()
        self._started.callback(self.collector.stop)
        door = build_http_door(settings, self.collector, self.stores.engine)
        door.start()
        self._started.callback(door.stop)
        self.web = web_server(build_app(self.stores), plan.api)
        self.web.start()
        self._started.callback(self.web.stop)
        self.progress.say(f"  {len(self.registry.systems):,} systems; the page is {self.web.url}")
        self.progress.say(f"  readings are taken by HTTP too: POST {door.url}api/v1/readings")

    def _keep(self, child: Child) -> None:
        self.children.append(child)
        self._started.callback(child.stop)

    def receive_history(self) -> None:
        """Let the field send what it has measured so far, and wait until it is stored."""
        plan = self.plan
        self.until = datetime.now(UTC).replace(microsecond=0)
        self.progress.stage(
            "history", f"History: {self.memory.days_until(self.until)} days from the whole fleet"
        )
        field_plan = FieldPlan(
            plan.registry,
            self.memory.started,
            self.until,
            self.memory.seed,
            plan.interval_s,
            self.modbus_port,
            self.memory.sent_until,
        )
        self.simulator, self.report = start_simulator(field_plan, plan.folder, self.broker)
        self._keep(self.simulator)
        while not self.report.history_ended or not self._all_stored(self.report.history_of):
            self.simulator.must_run()
            self.broker.child.must_run()
            done = self.collector.worker.counts
            self.progress.step(
                done.stored + done.refused, max(self.report.history_of, 1), "readings stored"
            )
            if self.stopping.wait(0.1):
                raise KeyboardInterrupt
        self.memory.sent(self.until)

    def read_village_over_modbus(self, cycles: int) -> None:
        """Start the village gateway and wait until it has polled its village so many times."""
        self.progress.stage("modbus", f"Modbus: {GATEWAY} reads its village's charge controllers")
        self.gateway_config = write_config(
            self.plan.folder / "gateway",
            self.broker,
            self.registry,
            self.modbus_port,
            self.plan.interval_s,
        )
        self.gateway = start_gateway(self.gateway_config, self.broker)
        self._keep(self.gateway)
        devices = sum(a.gateway == GATEWAY for a in self.registry.assignments)
        # Some of the village's devices are silent: that is one of the faults.
        wanted = int(cycles * devices * ANSWERING_SHARE)
        before = self._acknowledged()
        while (taken := self._acknowledged() - before) < wanted:
            self.gateway.must_run()
            self.progress.step(taken, wanted, "readings through the gateway")
            if self.stopping.wait(0.5):
                raise KeyboardInterrupt

    def judge(self) -> None:
        """Walk the nights since the demonstration began: findings become tickets."""
        self.progress.stage("analytics", "Analytics: judging every system, night by night")
        first = self.memory.started.date() + timedelta(days=1)
        nights = _days(first, datetime.now(UTC).date())
        run_nightly(
            knowing_clocks(self.stores.readings, self.stores.engine),
            self.stores.fleet.load(),
            self.stores.book,
            nights,
            archive=self.stores.archive,
            keep_forecasts=self.stores.forecasts.keep,
            progress=lambda done, of: self.progress.step(done, of, "nights"),
        )

    def settle(self) -> None:
        """Stop the field, then wait until everything it sent is stored."""
        self.progress.stage("settle", "Settling: the field stops, everything sent is stored")
        self.gateway.stop()
        self.simulator.stop()
        deadline = time.monotonic() + _SETTLE_WITHIN_S
        while self.in_flight() > 0 and time.monotonic() < deadline:
            time.sleep(0.2)

    def in_flight(self) -> int:
        """Readings sent that are neither stored nor in the dead letters."""
        return (
            self.sent() - self.stores.readings.count() - self.stores.dead_letters.count_readings()
        )

    def sent(self) -> int:
        """Distinct readings that the field has sent: the simulator's and the gateway's."""
        return self.report.sent + outbox_counts(self.gateway_config).produced

    def _acknowledged(self) -> int:
        return outbox_counts(self.gateway_config).acknowledged

    def _all_stored(self, sent: int) -> bool:
        counts = self.collector.worker.counts
        return self.collector.idle and counts.stored + counts.refused >= sent


def _settings(plan: DemoPlan, broker: DemoBroker) -> CollectorSettings:
    """The collector's settings, whatever the environment says of a real installation."""
    return CollectorSettings(
        data_dir=plan.folder,
        database_url=SecretStr(""),
        store="duckdb",
        mqtt_host="127.0.0.1",
        mqtt_port=broker.port,
        mqtt_username=COLLECTOR if broker.passwords else "",
        mqtt_password=SecretStr(broker.passwords.get(COLLECTOR, "")),
        mqtt_ca_file="",
        http_host="127.0.0.1",
        http_port=0,
        http_certificate="",
        http_key="",
        mqtt_protocol=broker.protocol,
        collector_id=COLLECTOR,
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
