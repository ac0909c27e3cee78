"""A version from the server, whole way: fetched over a line that breaks, tried, kept or left."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from api.migrations import upgrade
from collector.bootstrap import open_database
from collector.controllers.load import load_map
from collector.domain.device import Assignment
from collector.publishers.changes import give_secrets
from collector.publishers.repository import SqlPublishers
from collector.releases.command import app
from collector.settings import CollectorSettings
from device_sim.links.modbus import ModbusBus
from tests.fixtures.collector_process import CollectorProcess
from tests.fixtures.cut_line import CutLine
from tests.fixtures.installed_gateway import InstalledGateway, version_archive
from tests.fixtures.running_collector import registered
from tests.fixtures.small_fleet import INSTALLED_S, fleet
from tests.fixtures.versions import new_signer
from tests.fixtures.village_gateway import config_text, eventually
from tests.servers.certificates import make_certificates

pytestmark = [pytest.mark.slow, pytest.mark.openssl, pytest.mark.ssh_keygen]
GATEWAY, SERIAL = "gw-boti", "KPK-0001"
RUNTIME, BOOTSTRAP = "collector/gateway/runtime.py", "collector/gateway/bootstrap.py"
RUN = '"""Blocks. When it ends it polls no more, and gives what waits some seconds to go out."""'
FIELD_LIMIT_S = 150.0


@pytest.fixture
def controller():
    bus = ModbusBus({1: load_map("epever_tracer")}, lambda _: {"battery_voltage_v": 12.5})
    yield bus.start()
    bus.stop()


@pytest.fixture
def server(new_mosquitto, tmp_path, monkeypatch):
    """(a collector with TLS at both doors, the gateway's secret, certificates, the broker)."""
    tls = make_certificates(tmp_path / "certificates")
    broker = new_mosquitto(tls=tls)
    folder = tmp_path / "data"
    engine = open_database(CollectorSettings(data_dir=folder))
    upgrade(engine)
    assignment = Assignment(SERIAL, "A", INSTALLED_S, None, GATEWAY, "epever_tracer", 1)
    registered(engine, fleet(assignment))
    secret = give_secrets(SqlPublishers(engine), [GATEWAY], 1.0)[GATEWAY]
    engine.dispose()
    monkeypatch.setenv("SULUH_DATA_DIR", str(folder))
    collector = CollectorProcess(
        folder,
        MQTT_PORT=broker.port,
        MQTT_CA_FILE=tls.ca,
        HTTP_CERTIFICATE=tls.server,
        HTTP_KEY=tls.key,
    )
    collector.process.start()
    yield collector, secret, tls, broker
    collector.process.stop()


def suluh(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


def listed():
    (row,) = json.loads(suluh("list", "--json"))
    return row


def until(gateway, holds):
    """Wait until this is true of what the server lists; if it never is, all of it is shown."""
    try:
        eventually(lambda: holds(SimpleNamespace(**listed())), FIELD_LIMIT_S)
    except AssertionError as error:
        raise AssertionError(f"{listed()}\n{gateway.log.read_text()[-4_000:]}") from error


def test_fetched_over_a_line_that_breaks_kept_and_broken_ones_left(server, controller, tmp_path):
    collector, secret, tls, broker = server
    line, signer = CutLine(collector.port), new_signer(tmp_path)
    folder = tmp_path / "var"
    folder.mkdir()
    config = folder / "gateway.toml"
    text = config_text(
        GATEWAY, broker.address, {controller: [SERIAL]}, trial_s=10, updates=str(signer.trusted)
    )
    https = f'[broker]\nhttps = "https://127.0.0.1:{line.port}"\nca_file = "{tls.ca}"'
    config.write_text(text.replace("[broker]", https))
    gateway = InstalledGateway(tmp_path / "opt", folder, config, SULUH_MQTT_PASSWORD=secret)
    good = (RUNTIME, RUN, RUN)
    crash = (RUNTIME, RUN, 'raise RuntimeError("broken")')
    deaf = (BOOTSTRAP, "outbox.keep(reading, ", "print(reading, ")
    versions = {"good": good, "crash": crash, "deaf": deaf}
    for name, change in versions.items():
        archive = version_archive(tmp_path, name, *change)
        signer.sign(archive)
        suluh("release", archive)
    size = (tmp_path / "good.tar.gz").stat().st_size
    line.cut_after(size // 2, cuts=1)
    gateway.start()
    try:
        until(gateway, lambda row: (row.runs, row.update) == ("as installed", "on"))
        suluh("assign", "good", GATEWAY)
        until(gateway, lambda row: row.runs.startswith("good") and row.update == "on")
        assert line.cuts == 1
        assert size <= line.carried < 1.4 * size, "what had come before the cut came once"
        suluh("assign", "crash", GATEWAY)
        until(gateway, lambda row: row.update.endswith("it ended before it had proved itself"))
        assert listed()["runs"].startswith("good")
        suluh("assign", "deaf", GATEWAY)
        until(gateway, lambda row: "no reading" in row.update and row.runs.startswith("good"))
        assert gateway.log.read_text().count("version_kept") == 1
        assert not (folder / "trial").exists()
        assert gateway.most_mb < 80, "fetching and trying fits into the gateway's memory, too"
    finally:
        gateway.stop()
        line.close()
