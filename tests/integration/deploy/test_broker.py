"""The production broker's own configuration, on a real mosquitto: TLS, passwords, ACL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from collector.domain.clock import system_clock
from collector.intake.bulk import BulkIntake
from collector.intake.door import Broker as Door
from collector.publishers.broker_files import write_broker_files
from collector.publishers.changes import give_secrets
from collector.spool.delivery import Delivery
from tests.fixtures.memory_publishers import MemoryPublishers
from tests.fixtures.running_collector import eventually
from tests.servers.left_out import need, runs_as_root
from tests.servers.process import ServerProcess, answers, free_port

ROOT = Path(__file__).resolve().parents[3]
TOPIC = "shs/v1/KPK-0001/data"

pytestmark = [pytest.mark.mosquitto, pytest.mark.mosquitto_pub]


class Broker:
    """mosquitto as docker-compose.yml runs it, with this machine's folders and ports."""

    def __init__(self, folder: Path) -> None:
        self.secrets = folder / "secrets"
        make = [sys.executable, str(ROOT / "deploy/make-secrets"), "all", str(self.secrets)]
        subprocess.run([*make, "localhost"], capture_output=True, check=True)
        publishers = MemoryPublishers()
        self.passwords = give_secrets(publishers, ["KPK-0001", "KPK-0002"], 1.0)
        mine = ("suluh-collector", (self.secrets / "SULUH_MQTT_PASSWORD").read_text())
        self.passwords[mine[0]] = mine[1]
        write_broker_files(folder, publishers.all(), mine)
        self.tls_port, self.inner_port = free_port(), free_port()
        settings = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
        for there, here in {
            "listener 8883": f"listener {self.tls_port} 127.0.0.1",
            "listener 1883": f"listener {self.inner_port} 127.0.0.1",
            "/mosquitto/secrets/": f"{self.secrets}/",
            "/mosquitto/users/": f"{folder}/",
            "/mosquitto/data/": f"{folder}/",
        }.items():
            assert there in settings
            settings = settings.replace(there, here)
        (folder / "broker.conf").write_text(settings + ("user root\n" if runs_as_root() else ""))
        command = [str(need("mosquitto")), "-c", str(folder / "broker.conf")]
        log = folder / "broker.log"
        self.process = ServerProcess(command, log, ready=lambda: answers(self.tls_port))

    def client(self, program: str, user: str, topic: str, *more: str, tls: bool = True) -> list:
        port = self.tls_port if tls else self.inner_port
        authority = ["--cafile", str(self.secrets / "ca.crt")] if tls else []
        login = ["-u", user, "-P", self.passwords.get(user, "guessed")]
        place = ["-h", "localhost", "-p", str(port), "-q", "1", "-t", topic]
        return [program, *place, *authority, *login, *more]

    def publish(self, user: str, topic: str = TOPIC, **more: bool) -> int:
        command = self.client("mosquitto_pub", user, topic, "-m", "x", **more)
        return subprocess.run(command, capture_output=True, check=False).returncode

    def heard(self, user: str, topic: str, publish: list[tuple[str, str]], first: int) -> list:
        """The `first` topics that `user` receives on while each (publisher, topic) is published."""
        ends = ["-C", str(first), "-W", "30"]
        listen = self.client("mosquitto_sub", user, topic, "-v", "-d", *ends, tls=False)
        command = ["stdbuf", "-oL", *listen]  # else it tells of its subscription only at the end
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as listener:
            assert listener.stdout is not None
            for line in listener.stdout:
                if line.startswith("Subscribed"):
                    break
            for publisher, to in publish:
                self.publish(publisher, to)
            lines = [line.strip() for line in listener.stdout]
        return [line.removesuffix(" x") for line in lines if line.startswith("shs/")]


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.process.start()
    yield broker
    broker.process.stop()


# Each list ends with what may be heard: what leaks comes before it and takes its place.
def test_a_publisher_is_heard_by_the_collector_and_only_under_its_own_name(production):
    allowed = [("KPK-0001", "shs/v1/KPK-0001/data"), ("KPK-0002", "shs/v1/KPK-0002/data")]
    attempts = [allowed[0], ("KPK-0001", "shs/v1/KPK-0003/data"), allowed[1]]
    heard = production.heard("suluh-collector", "shs/v1/+/data", attempts, first=2)
    assert heard == [topic for _, topic in allowed]


def test_publishers_do_not_hear_each_other(production):
    attempts = [("KPK-0002", "shs/v1/KPK-0002/data"), ("suluh-collector", "shs/v1/KPK-0001/ack")]
    assert production.heard("KPK-0001", "shs/v1/#", attempts, first=1) == ["shs/v1/KPK-0001/ack"]


def test_a_publisher_cannot_acknowledge_for_the_server(production):
    mine = "shs/v1/KPK-0001/"
    attempts = [("KPK-0001", mine + "ack"), ("suluh-collector", mine + "cmd")]
    assert production.heard("KPK-0001", mine + "+", attempts, first=1) == [mine + "cmd"]


def test_a_stranger_and_a_wrong_password_are_refused(production):
    assert production.publish("KPK-0001") == 0
    assert production.publish("KPK-0666") != 0
    assert production.publish("KPK-0666", tls=False) != 0


def test_the_outer_door_speaks_tls_only(production):
    plain = production.client("mosquitto_pub", "KPK-0001", TOPIC, "-m", "x", tls=False)
    plain[plain.index("-p") + 1] = str(production.tls_port)
    assert subprocess.run(plain, capture_output=True, check=False, timeout=30).returncode != 0


def test_another_authority_is_not_trusted(production, tmp_path):
    make = [sys.executable, str(ROOT / "deploy/make-secrets"), "all", str(tmp_path), "localhost"]
    subprocess.run(make, capture_output=True, check=True)
    command = production.client("mosquitto_pub", "KPK-0001", TOPIC, "-m", "x")
    command[command.index("--cafile") + 1] = str(tmp_path / "ca.crt")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_the_collectors_own_reader_is_let_in_over_tls_and_only_trusts_this_authority(
    production, tmp_path
):
    make = [sys.executable, str(ROOT / "deploy/make-secrets"), "all", str(tmp_path), "localhost"]
    subprocess.run(make, capture_output=True, check=True)
    found: list[Delivery] = []
    doors = [
        BulkIntake(
            Door(
                "localhost",
                production.tls_port,
                "suluh-collector-9",
                "suluh-collector",
                production.passwords["suluh-collector"],
                str(authority / "ca.crt"),
            ),
            lambda delivery, _done: not found.append(delivery),
            system_clock,
        )
        for authority in (production.secrets, tmp_path)
    ]
    for door in doors:
        door.start()
    eventually(lambda: doors[0].connected and doors[1]._number > 0)
    assert production.publish("KPK-0001") == 0
    eventually(lambda: [d.publisher for d in found if d.topic == TOPIC] == ["KPK-0001"])
    assert not doors[1].connected
    for door in doors:
        door.stop()
