"""How the program starts: without the server's packages, with help, with clear refusals."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from collector.gateway.command import app
from collector.gateway.settings import GatewaySettings
from tests.fixtures.versions import new_signer
from tests.fixtures.village_gateway import config_text
from tests.rules import locks

ROOT = Path(__file__).resolve().parents[4]
ONLY_WHAT_IS_LOCKED = """
import importlib.metadata, sys

class Fence:
    allowed = set(sys.argv.pop(1).split(","))
    owners = importlib.metadata.packages_distributions()

    def find_spec(self, name, path=None, target=None):
        owners = {o.lower().replace("_", "-") for o in self.owners.get(name.partition(".")[0], [])}
        if owners and not owners & self.allowed:
            raise ModuleNotFoundError(f"{name} is in no lock of the gateway", name=name)

sys.meta_path.insert(0, Fence())
import collector.gateway.bootstrap
from collector.gateway.command import app
app()
"""


def test_it_runs_with_the_packages_of_its_own_lock_and_no_others(tmp_path):
    config = tmp_path / "gateway.toml"
    config.write_text(config_text("gw-a", "broker:1883", {502: ["A"]}))
    locked = ",".join(locks.pins(ROOT / "requirements-gateway.lock"))
    fenced = [sys.executable, "-c", ONLY_WHAT_IS_LOCKED]
    done = subprocess.run(
        [*fenced, locked, "check", "-c", str(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "is good: gw-a, 1 devices on 1 lines" in done.stdout
    less = locked.replace("pymodbus", "nothing")
    done = subprocess.run([*fenced, less, "check"], capture_output=True, text=True, check=False)
    assert "pymodbus is in no lock of the gateway" in done.stderr, "the fence is one"


@pytest.mark.ssh_keygen
def test_it_says_whether_versions_can_come_from_the_server(tmp_path):
    config, signer = tmp_path / "gateway.toml", new_signer(tmp_path)
    text = config_text("gw-a", "broker:1883", {502: ["A"]}, updates="key.trusted")
    config.write_text(text.replace("[broker]", '[broker]\nhttps = "https://suluh.example"'))
    told = CliRunner().invoke(app, ["check", "-c", str(config)]).stdout
    assert f"versions come from the server if one in {signer.trusted} signed them" in told
    signer.trusted.unlink()
    done = CliRunner().invoke(app, ["check", "-c", str(config)])
    assert (done.exit_code, "no version can come" in done.stdout) == (0, True), "readings go on"


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        *([name, "--help"] for name in ("run", "read", "status", "check", "export", "update")),
    ],
)
def test_help_has_examples(words):
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0
    if words != ["--help"]:
        assert "Example: suluh gateway" in shown.output


def test_a_bad_file_ends_with_2_and_says_why(tmp_path):
    (tmp_path / "g.toml").write_text("gateway = 1")
    for command in ("run", "read", "status", "check"):
        done = CliRunner().invoke(app, [command, "-c", str(tmp_path / "g.toml")])
        assert done.exit_code == 2
        assert "gateway:" in done.output


def test_secrets_come_from_the_environment_and_are_not_shown(monkeypatch):
    monkeypatch.setenv("SULUH_MQTT_PASSWORD", "hush")
    settings = GatewaySettings()
    assert settings.mqtt_password.get_secret_value() == "hush"
    assert "hush" not in repr(settings)
