import json
import runpy
import sys

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


def test_a_fleet_has_to_be_named(tmp_path):
    told = run("--record", str(tmp_path / "out"))
    assert told.exit_code == 2
    assert "--scenario NAME" in told.stderr


def test_an_unknown_scenario_lists_what_there_is(tmp_path):
    told = run("--scenario", "distrikt", "--record", str(tmp_path / "out"))
    assert told.exit_code == 2
    assert "district" in told.stderr
    assert "panel_soiled" in told.stderr


def test_a_scenario_is_recorded_with_its_account(tmp_path):
    folder, account = tmp_path / "out", tmp_path / "account.json"
    told = run(
        *("--scenario", "district", "--systems", "5", "--days", "1"),
        *("--record", str(folder), "--json", str(account)),
    )
    assert told.exit_code == 0, told.output
    figures = json.loads(account.read_text())
    assert [figures["systems"], figures["days"]] == [5, 1]
    assert 300 < figures["rows"] < 500
    assert {"cpu_ms_per_system_year", "weather_cpu_s", "peak_rss_mb"} <= set(figures)
    names = sorted(p.name for p in folder.iterdir())
    assert names == ["answers.csv", "capacity.parquet", "events.csv", "readings", "registry.csv"]
    assert [p.name for p in (folder / "readings").iterdir()] == ["2026-03-01.parquet"]


def test_a_recording_is_never_written_over(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    told = run("--scenario", "pilot", "--systems", "1", "--record", str(tmp_path))
    assert told.exit_code == 2
    assert "not empty" in told.stderr


def test_a_registry_of_ones_own_can_be_recorded(registry, tmp_path):
    folder = tmp_path / "out"
    told = run(
        *("--registry", str(registry), "--days", "1", "--end", "2026-03-02T00:00:00Z"),
        *("--record", str(folder)),
    )
    assert told.exit_code == 0, told.output
    assert "KPK-0001,OEM-0001-P" in (folder / "registry.csv").read_text()
    empty = run("--registry", str(registry), "--days", "0", "--record", str(tmp_path / "none"))
    assert empty.exit_code == 2
    assert "nothing to record" in empty.stderr


def test_the_command_calls_itself_by_its_name(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["command.py", "sim", "--nonsense"])
    monkeypatch.delitem(sys.modules, "device_sim.command")
    with pytest.raises(SystemExit) as end:
        runpy.run_module("device_sim.command", run_name="__main__")
    assert end.value.code == 2
    assert "suluh sim" in capsys.readouterr().err


def test_a_nation_is_not_begun_by_chance(tmp_path):
    told = run("--scenario", "nation", "--record", str(tmp_path / "out"))
    assert told.exit_code == 2
    assert "--systems N" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_is_named(registry, monkeypatch):
    monkeypatch.setenv("SULUH_LOG_LEVEL", "shout")
    told = run("--registry", str(registry), "--once")
    assert told.exit_code == 2
    assert "SULUH_LOG_LEVEL" in told.stderr


def test_a_scenario_file_that_is_not_there_is_said(tmp_path):
    told = run("--scenario", str(tmp_path / "mine.toml"))
    assert told.exit_code == 2
    assert "there is no file" in told.stderr


def test_a_recording_broken_off_does_not_look_whole(tmp_path, monkeypatch):
    from device_sim import command

    def stop_at_once(stopping, _interrupt):
        stopping.set()

    monkeypatch.setattr(command, "_stop_on_signals", stop_at_once)
    told = run("--scenario", "pilot", "--systems", "2", "--record", str(tmp_path / "out"))
    assert told.exit_code == 1
    assert "0 of 425 days" in told.stderr
    assert not (tmp_path / "out").exists()
    again = run("--scenario", "pilot", "--systems", "2", "--record", str(tmp_path / "out"))
    assert again.exit_code == 2
    assert "out.part" in again.stderr
