"""`suluh replay`: from files to files, and what it says when a file is wrong."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from analytics import command
from tests.unit.analytics.replay.conftest import record_of, write_days, write_registry

REAL = Path(__file__).resolve().parents[5] / "shared/data/real/offgrid_12v_2020-05.csv"


def replay(folder, *more):
    words = ["--registry", folder / "registry.csv", "--readings", folder / "readings"]
    words += ["--out", folder / "out", *more]
    return CliRunner().invoke(command.app, ["replay", *map(str, words)])


def test_a_record_becomes_two_files(village, tmp_path):
    record_of(village(), tmp_path / "rec")
    (tmp_path / "events.csv").write_text("serial,time,event\n")
    told = replay(tmp_path / "rec", "--events", tmp_path / "events.csv")
    assert told.exit_code == 0, told.output
    assert "7 systems" in told.stdout
    assert (tmp_path / "rec/out/tickets.csv").read_text().startswith("serial,fault,opened_at,")
    assert (tmp_path / "rec/out/forecasts.csv").read_text().startswith("serial,as_of,p_dark_4w,")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "registry.csv").unlink(), "registry.csv: No such file"),
        (lambda f: (f / "registry.csv").write_text("serial\n"), "columns are missing"),
        (lambda f: [p.unlink() for p in (f / "readings").iterdir()], "no Parquet file"),
        (lambda f: (f / "readings/0.parquet").write_bytes(b"x"), "0.parquet cannot be read"),
        (lambda f: (f / "out").write_text(""), "out: File exists"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(village, tmp_path, spoil, message):
    record_of(village(count=2, days=1), tmp_path)
    spoil(tmp_path)
    told = replay(tmp_path)
    assert told.exit_code == 2
    assert message in told.output
    assert "Traceback" not in told.output


@pytest.mark.skipif(
    not REAL.exists(), reason="the three real days may not be copied; they lie in ../shared/data"
)
def test_the_three_real_days_raise_nothing(tmp_path):
    with REAL.open(newline="") as file:
        rows = list(csv.DictReader(file))
    zone = ZoneInfo("America/New_York")
    times = [
        int(datetime.fromisoformat(r["time_us_eastern"]).replace(tzinfo=zone).timestamp())
        for r in rows
    ]
    names = ("pv_voltage_v", "pv_current_a", "battery_voltage_v", "load_current_a")
    values = {n: pa.array([float(r[n]) for r in rows], pa.float32()) for n in names}
    table = pa.table({"serial": ["REAL-1"] * len(rows), "time": times, "received": times} | values)
    write_days(table.sort_by("received"), tmp_path / "readings")
    write_registry(
        tmp_path / "registry.csv",
        ["REAL-1"],
        timezone="America/New_York",
        battery_ah="35",
        latitude="40",
        longitude="-75",
        installed_on="2020-01-01",
    )
    told = replay(tmp_path)
    assert told.exit_code == 0, told.output
    assert "0 tickets" in told.stdout


def test_help_has_an_example():
    told = CliRunner().invoke(command.app, ["replay", "--help"])
    assert "--readings" in told.stdout
