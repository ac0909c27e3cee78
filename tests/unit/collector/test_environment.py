"""A wrong setting is named, and what it holds is not told."""

import pytest
from typer.testing import CliRunner

from analytics.command import app as analytics_app
from api.command import app as api_app
from collector.command import app as collector_app
from collector.environment import from_environment
from collector.settings import CollectorSettings


def test_right_settings_are_read(monkeypatch):
    monkeypatch.setenv("SULUH_MQTT_PORT", "1884")
    assert from_environment(CollectorSettings).mqtt_port == 1884


@pytest.mark.parametrize(
    ("app", "words", "variable"),
    [
        (api_app, ["api"], "SULUH_API_PORT"),
        (api_app, ["doctor"], "SULUH_API_PORT"),
        (api_app, ["run"], "SULUH_STORE"),
        (api_app, ["import", "deploy/pilot/registry.csv", "--dry-run"], "SULUH_STORE"),
        (api_app, ["migrate"], "SULUH_STORE"),
        (collector_app, ["collector"], "SULUH_MQTT_PORT"),
        (collector_app, ["collector"], "SULUH_MQTT_CA_FILE"),
        (analytics_app, ["assess"], "SULUH_MQTT_PORT"),
    ],
)
def test_a_wrong_one_ends_the_command_with_its_name(app, words, variable, monkeypatch, tmp_path):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(variable, "s3cret")
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert f"{variable} is wrong" in done.output
    assert "s3cret" not in done.output


@pytest.mark.parametrize(
    ("app", "words"),
    [
        (api_app, ["import", "deploy/pilot/registry.csv"]),
        (api_app, ["migrate"]),
        (analytics_app, ["assess"]),
        (api_app, ["run"]),
        (collector_app, ["collector"]),
    ],
)
def test_a_data_folder_that_cannot_be_made_is_named(app, words, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path / "file" / "data"))
    done = CliRunner().invoke(app, words)
    assert isinstance(done.exception, SystemExit), "no traceback"
    assert done.exit_code in (1, 2)
    assert "SULUH_DATA_DIR" in done.output
    assert "registry.csv cannot be read" not in done.output
