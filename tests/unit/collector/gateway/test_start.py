"""How the program starts: without the server's packages, with help, with clear refusals."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from collector.gateway.command import app
from collector.gateway.settings import GatewaySettings

SERVER_ONLY = ["fastapi", "sqlalchemy", "duckdb", "influxdb_client", "alembic", "uvicorn", "api"]


def test_it_needs_none_of_the_servers_packages():
    code = (
        "import sys\n"
        f"blocked = {SERVER_ONLY!r}\n"
        "for name in blocked: sys.modules[name] = None\n"
        "import collector.gateway.command, collector.gateway.bootstrap\n"
        "print([m for m in blocked if sys.modules.get(m)])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    "words", [["--help"], ["run", "--help"], ["read", "--help"], ["status", "--help"]]
)
def test_help_has_examples(words):
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0
    if words != ["--help"]:
        assert "Example: suluh gateway" in shown.output


def test_a_bad_file_ends_with_2_and_says_why(tmp_path):
    (tmp_path / "g.toml").write_text("gateway = 1")
    for command in ("run", "read", "status"):
        done = CliRunner().invoke(app, [command, "-c", str(tmp_path / "g.toml")])
        assert done.exit_code == 2
        assert "gateway:" in done.output


def test_secrets_come_from_the_environment_and_are_not_shown(monkeypatch):
    monkeypatch.setenv("SULUH_MQTT_PASSWORD", "hush")
    settings = GatewaySettings()
    assert settings.mqtt_password.get_secret_value() == "hush"
    assert "hush" not in repr(settings)
