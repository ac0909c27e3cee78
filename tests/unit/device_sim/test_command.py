import json

import pytest
from typer.testing import CliRunner

from device_sim.command import app

RUNNER = CliRunner()


@pytest.fixture
def registry(tmp_path):
    file = tmp_path / "registry.csv"
    file.write_text(
        "serial,household,village,district,province,hamlet,kind,panel_w,battery_ah,"
        "battery_chemistry,nominal_v,installed_on,latitude,longitude,timezone,gateway,"
        "controller,unit\n"
        "KPK-0001,OEM-0001-P,Oemaman,Timor Tengah Selatan,Nusa Tenggara Timur,Dusun 1,home,50,26,"
        "lead_acid,12,2016-02-18,-9.80,124.40,Asia/Makassar,gw-oemaman,epever_tracer,\n"
    )
    return file


def run(*arguments: str):
    return RUNNER.invoke(app, ["sim", *arguments])


def test_help_shows_examples():
    told = run("--help")
    assert told.exit_code == 0
    assert "--registry deploy/pilot/registry.csv" in told.stdout


def test_a_missing_registry_is_said(tmp_path):
    told = run("--registry", str(tmp_path / "none.csv"))
    assert told.exit_code == 1
    assert "none.csv" in told.stderr


def test_wrong_use_says_what_to_do(registry):
    told = run("--registry", str(registry), "--broker", "nowhere:x")
    assert told.exit_code == 2
    assert "HOST:PORT" in told.stderr


def test_a_gateway_without_units_cannot_be_served(registry):
    told = run("--registry", str(registry), "--modbus-port", "0", "--modbus-gateway", "gw-oemaman")
    assert told.exit_code == 2
    assert "units" in told.stderr


def test_statistics_need_no_broker(registry):
    told = run("--registry", str(registry), "--stats", "--days", "2")
    assert told.exit_code == 0, told.output
    assert "battery Ah out a day" in told.stdout
    assert run("--registry", str(registry), "--stats", "--days", "0").exit_code == 1


def test_no_event_is_json_without_a_line_of_its_own():
    from device_sim.command import _teller

    with RUNNER.isolation() as streams:
        _teller(events=True)("live", {"sent": 3})
        assert json.loads(streams[0].getvalue()) == {"event": "live", "sent": 3}
