"""`suluh device` and the files it makes, on a real mosquitto."""

import json
import subprocess

import pytest
from typer.testing import CliRunner

from api.migrations import upgrade
from collector.bootstrap import open_database
from collector.publishers.command import app
from collector.settings import CollectorSettings
from tests.fixtures.running_collector import eventually, registered
from tests.fixtures.small_fleet import fleet
from tests.servers.left_out import need, runs_as_root
from tests.servers.process import ServerProcess, answers, free_port

pytestmark = [pytest.mark.mosquitto, pytest.mark.mosquitto_pub]
COLLECTOR = ("suluh-collector", "its-own")


@pytest.fixture
def suluh(tmp_path, monkeypatch):
    """A function that runs `suluh device ...` on a registry of three devices; its output."""
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SULUH_MQTT_USERNAME", COLLECTOR[0])
    monkeypatch.setenv("SULUH_MQTT_PASSWORD", COLLECTOR[1])
    engine = open_database(CollectorSettings())
    upgrade(engine)
    registered(engine, fleet())
    engine.dispose()

    def run(*arguments, code=0):
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == code, done.output
        return done.stdout if code == 0 else done.output

    return run


class Broker:
    """mosquitto on the files of one folder."""

    def __init__(self, folder):
        self.port, self.pid_file = free_port(), folder / "mosquitto.pid"
        (folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npid_file {self.pid_file}\n"
            f"password_file {folder}/passwords\nacl_file {folder}/acl\n"
            + ("user root\n" if runs_as_root() else "")
        )
        command = [str(need("mosquitto")), "-c", str(folder / "mosquitto.conf")]
        ready = lambda: answers(self.port) and self.pid_file.exists()  # noqa: E731
        self.process = ServerProcess(command, folder / "broker.log", ready=ready)

    def client(self, program, login, topic, *more):
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-q", "1", "-t", topic]
        return [program, *place, "-u", login[0], "-P", login[1], *more]

    def publish(self, login, topic):
        command = self.client("mosquitto_pub", login, topic, "-m", "x")
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def broker(tmp_path, suluh):
    suluh("broker-files", str(tmp_path))
    server = Broker(tmp_path)
    server.process.start()
    yield server
    server.process.stop()


def test_a_publisher_writes_under_its_own_name_until_it_is_revoked(suluh, broker, tmp_path):
    made = json.loads(suluh("add", "gw-boti", "KPK-0001", "--json"))
    mine, other = ("gw-boti", made["gw-boti"]), ("KPK-0001", made["KPK-0001"])
    assert not broker.publish(mine, "shs/v1/gw-boti/data"), "the broker does not know it yet"
    files = ("broker-files", str(tmp_path), "--pid-file", str(broker.pid_file))
    assert "2 publishers" in suluh(*files)
    eventually(lambda: broker.publish(mine, "shs/v1/gw-boti/data"))
    log = tmp_path / "broker.log"
    listen = broker.client("mosquitto_sub", COLLECTOR, "shs/v1/+/data", "-v", "-i", "listener")
    with subprocess.Popen([*listen, "-C", "2"], stdout=subprocess.PIPE, text=True) as heard:
        eventually(lambda: "as listener" in log.read_text())
        for _ in range(100):
            # What leaks would come first and take the place of what may be heard.
            broker.publish(mine, "shs/v1/KPK-0001/data")
            broker.publish(other, "shs/v1/KPK-0001/data")
            broker.publish(mine, "shs/v1/gw-boti/data")
            if heard.poll() is not None:
                break
        heard.terminate()
        lines = set(heard.communicate(timeout=30)[0].split("\n")) - {""}
    assert lines == {"shs/v1/KPK-0001/data x", "shs/v1/gw-boti/data x"}

    stay = broker.client("mosquitto_sub", mine, "shs/v1/gw-boti/ack", "-i", "stays")
    connected = subprocess.Popen(stay, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: "as stays" in log.read_text())
        suluh("revoke", "gw-boti")
        assert "1 publishers" in suluh(*files)
        eventually(lambda: "Client stays disconnected" in log.read_text())
        assert connected.wait(timeout=30) != 0, "it is let in no more"
    finally:
        connected.kill()
        connected.wait()
    assert not broker.publish(mine, "shs/v1/gw-boti/data")
    assert broker.publish(other, "shs/v1/KPK-0001/data")


def test_the_files_are_for_their_owner_alone_and_stay_as_they_are(suluh, tmp_path):
    suluh("add", "gw-boti")
    assert "written" in suluh("broker-files", str(tmp_path))
    before = {f.name: f.read_bytes() for f in (tmp_path / "passwords", tmp_path / "acl")}
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in before)
    assert "as they were" in suluh("broker-files", str(tmp_path))
    assert before == {name: (tmp_path / name).read_bytes() for name in before}
    assert not list(tmp_path.glob("*.part"))


def test_everybody_of_the_registry_gets_a_secret_once(suluh):
    made = json.loads(suluh("add", "--all", "--json"))
    assert made.keys() == {"KPK-0001", "gw-boti", "gw-haya"}
    assert json.loads(suluh("add", "--all", "--json")) == {}
    told = json.loads(suluh("list", "--json"))
    assert [row["name"] for row in told["publishers"]] == ["KPK-0001", "gw-boti", "gw-haya"]
    assert told["without"] == []
    suluh("revoke", "gw-haya")
    assert json.loads(suluh("list", "--json"))["without"] == ["gw-haya"]
    assert json.loads(suluh("add", "--all", "--json")) == {}, "nobody revoked comes back unasked"
    assert not any(secret in suluh("list") for secret in made.values())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "gw-nowhere"], "knows no gw-nowhere"),
        (["add"], "names, or --all"),
        (["revoke", "gw-boti"], "Nobody is called gw-boti"),
        (["rotate", "gw-boti"], "device add gw-boti"),
        (["broker-files", "nowhere/at/all"], "cannot be reached"),
    ],
)
def test_what_is_not_possible_is_said_with_what_to_do(suluh, arguments, words):
    assert words in suluh(*arguments, code=2)


def test_without_the_collectors_credentials_no_file_is_written(suluh, monkeypatch, tmp_path):
    monkeypatch.delenv("SULUH_MQTT_PASSWORD")
    assert "SULUH_MQTT_PASSWORD" in suluh("broker-files", str(tmp_path), code=2)
    assert not (tmp_path / "passwords").exists()


def test_a_database_of_another_version_is_said_to_be_one(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path / "empty"))
    done = CliRunner().invoke(app, ["list"])
    assert done.exit_code == 2
    assert "./suluh migrate" in done.output
