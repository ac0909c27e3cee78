"""`suluh bench faults`: kill -9 of collector, broker and store in turn, then the account."""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api.migrations import upgrade
from collector.bootstrap import open_database, open_spool, open_store
from collector.fleet.port import Fleet
from collector.ingest.repository import SqlDeadLetters
from collector.ledger.balance.bootstrap import account_now
from collector.settings import CollectorSettings
from tests.bench.fault_sender import FaultSender
from tests.bench.messages import START_S, village_fleet
from tests.fixtures.running_collector import registered
from tests.servers.influxdb import InfluxDB
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import ServerProcess

SYSTEMS = 100
TRAFFIC_S = (0.1, 1.2)
"""How long all runs before the next is killed [s]."""
RECOVERY_LIMIT_S, DRAIN_LIMIT_S = 90.0, 120.0
Say = Callable[[str], None]


class CollectorProcess:
    """`suluh collector` as a process of its own on a broker; 100 systems, or ``fleet``."""

    def __init__(
        self,
        folder: Path,
        broker: Mosquitto,
        influx: InfluxDB | None = None,
        *wrapper: str,
        fleet: Fleet | None = None,
        **more: Any,
    ) -> None:
        """``wrapper`` is a command in front of it, strace for one; ``more`` are settings."""
        self.settings = _settings(folder, broker, influx).model_copy(update=more)
        engine = open_database(self.settings)
        upgrade(engine)
        registered(engine, fleet or village_fleet(SYSTEMS))
        engine.dispose()
        self.log = folder / "collector.log"
        command = [*wrapper, sys.executable, "-m", "collector.command", "collector"]
        self._process = ServerProcess(
            command, self.log, ready=lambda: True, environment=_environment(self.settings)
        )
        self.start, self.stop = self._process.start, self._process.stop
        self.kill, self.pause, self.resume = (
            self._process.kill,
            self._process.pause,
            self._process.resume,
        )

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process.running

    def account(self, sender: FaultSender) -> dict[str, int]:
        """Sent, stored, dead letters, what still waits, lost and doubled; it must be stopped."""
        store, engine = open_store(self.settings), open_database(self.settings)
        spool = open_spool(self.settings)
        times = {s: store.rows(s, 0, 2 * START_S).time_s for s in sender.sent}
        told = {
            "sent": sum(sender.sent.values()) + sender.unknown,
            "stored": store.count(),
            "dead_letters": SqlDeadLetters(engine).count_readings(),
            "spooled_messages": spool.state().waiting,
            "lost": sum(max(0, n - len(set(times[s].tolist()))) for s, n in sender.sent.items()),
            "duplicates": sum(len(t) - len(set(t.tolist())) for t in times.values()),
        }
        told["lost"] += max(0, sender.unknown - told["dead_letters"])
        told["ledger"] = account_now(self.settings, engine).account.as_dict()
        store.close()
        spool.close()
        engine.dispose()
        return told


def measure_faults(
    folder: Path, broker: Mosquitto, influx: InfluxDB | None, rounds: int, seed: int, say: Say
) -> dict[str, Any]:
    """So many rounds of kill -9 on a running broker (and store), and what came of it."""
    chance = random.Random(seed)
    collector = CollectorProcess(folder, broker, influx)
    sender = FaultSender(broker.host, broker.port)
    parts = {"collector": collector, "broker": broker} | ({"store": influx} if influx else {})
    collector.start()
    sender.start()
    _acknowledged_since(sender, time.monotonic())
    victims, recoveries = Counter[str](), []
    # Each in turn, so that few rounds too have every kind; the moment is chance.
    kinds = [[name] for name in parts] + [list(parts)]
    for number in range(rounds):
        names = kinds[number % len(kinds)]
        time.sleep(chance.uniform(*TRAFFIC_S))
        for name in names:
            parts[name].kill()
        time.sleep(chance.choice((0.0, 0.3)))
        for name in names:
            parts[name].start()
        victims["all" if len(names) > 1 else names[0]] += 1
        recoveries.append(_acknowledged_since(sender, time.monotonic()))
        say(f"round {number + 1}: {' and '.join(names)}, back after {recoveries[-1]:.1f} s")
    unacknowledged = sender.finish(DRAIN_LIMIT_S)
    collector.stop()
    return {
        "rounds": rounds,
        "killed": dict(victims),
        "unacknowledged_messages": unacknowledged,
        **collector.account(sender),
        "recovery_s": {
            "median": round(sorted(recoveries)[len(recoveries) // 2], 1),
            "longest": round(max(recoveries), 1),
        },
    }


def _acknowledged_since(sender: FaultSender, since_s: float) -> float:
    """Seconds until the sender hears that something is stored; the limit if it never does."""
    # What was on its way when the part was killed may still arrive: that is no recovery.
    since_s += 0.2
    while sender.last_ack_s < since_s and time.monotonic() - since_s < RECOVERY_LIMIT_S:
        time.sleep(0.02)
    return time.monotonic() - since_s + 0.2


def _settings(folder: Path, broker: Mosquitto, influx: InfluxDB | None) -> CollectorSettings:
    stored: dict[str, Any] = {}
    if influx is not None:
        stored = {
            "store": "influxdb",
            "influxdb_url": influx.url,
            "influxdb_token": influx.token,
            "influxdb_org": influx.org,
            "influxdb_bucket": influx.new_bucket(),
        }
    return CollectorSettings(
        data_dir=folder / "data", mqtt_host=broker.host, mqtt_port=broker.port, **stored
    )


def _environment(settings: CollectorSettings) -> dict[str, str]:
    mine = {
        "SULUH_DATA_DIR": str(settings.data_dir),
        "SULUH_MQTT_HOST": settings.mqtt_host,
        "SULUH_MQTT_PORT": str(settings.mqtt_port),
        "SULUH_MQTT_READER": settings.mqtt_reader,
        "SULUH_HTTP_PORT": "0",
        "SULUH_STATUS_PORT": "0",
        "SULUH_SPOOL_MAX_MB": str(settings.spool_max_mb),
        "SULUH_STORE": settings.store,
        "SULUH_INFLUXDB_URL": settings.influxdb_url,
        "SULUH_INFLUXDB_TOKEN": settings.influxdb_token.get_secret_value(),
        "SULUH_INFLUXDB_ORG": settings.influxdb_org,
        "SULUH_INFLUXDB_BUCKET": settings.influxdb_bucket,
    }
    return {k: v for k, v in os.environ.items() if not k.startswith("SULUH_")} | mine
