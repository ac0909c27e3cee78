"""`suluh assess` on real files: what it prints, what it writes, how it refuses."""

import json
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics import command
from analytics.tickets.outcome import Outcome, Role
from analytics.tickets.port import TicketFilter
from analytics.tickets.repository import SqlTicketBook
from api.migrations import upgrade
from collector.bootstrap import open_database, open_store
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch
from collector.fleet.changes import FleetChanges
from collector.fleet.repository import SqlFleet
from collector.settings import StoreSettings
from tests.fixtures.village_fleet import registry_of
from tests.fixtures.village_physics import FIRST_DAY, Fleet, run, systems

DAYS = 9
LAST = FIRST_DAY + timedelta(DAYS)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder with a registry of seven homes, the third without a panel since day 5."""
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    for name in ("SULUH_STORE", "SULUH_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = StoreSettings()
    engine = open_database(settings)
    upgrade(engine)
    fleet = Fleet(systems(7), DAYS, seed=9)
    fleet.connected[2, 5:] = False
    registry = registry_of(fleet)
    everything = FleetChanges(
        villages=tuple(registry.villages.values()),
        systems=registry.systems,
        begun=registry.assignments,
    )
    SqlFleet(engine).change(lambda _: everything)
    block, store = run(fleet), open_store(settings)
    for i, serial in enumerate(block.labels):
        values = np.full((block.steps, len(FIELDS)), np.nan)
        for field in block.values:
            values[:, FIELD_INDEX[field]] = block[field][i]
        store.write(ReadingBatch.of(serial, block.time_s, values))
    store.close()
    engine.dispose()
    return tmp_path, [s.code for s in fleet.systems]


def assess(*arguments):
    return CliRunner().invoke(command.app, ["assess", *arguments])


def open_tickets():
    engine = open_database(StoreSettings())
    found = SqlTicketBook(engine).find(TicketFilter())
    engine.dispose()
    return [(t.system, t.fault) for t in found]


def test_a_night_is_judged_and_summed_up_in_one_line(data):
    folder, codes = data
    result = assess("--as-of", LAST.isoformat(), "--json", str(folder / "summary.json"))
    assert result.exit_code == 0, result.output
    assert "7 systems, 1 nights judged" in result.stdout
    assert open_tickets() == [(codes[2], "panel_disconnected")]
    summary = json.loads((folder / "summary.json").read_text())
    assert (summary["systems"], summary["raised"]) == (7, 1)
    assert summary["states"] == {"fault": 1, "ok": 6}


def test_judging_again_changes_nothing(data):
    assess("--as-of", LAST.isoformat())
    again = assess("--as-of", LAST.isoformat(), "--days", "3")
    assert "0 tickets raised, 0 closed, 1 open" in again.stdout
    assert len(open_tickets()) == 1


def test_one_system_is_explained_and_nothing_written(data):
    folder, codes = data
    told = folder / "told.json"
    result = assess("--as-of", LAST.isoformat(), "--system", codes[2].lower(), "--json", str(told))
    assert result.exit_code == 0, result.output
    assert f"{'panel_disconnected':<24} SET" in result.stdout
    assert "battery_v_max" in result.stdout
    assert json.loads(told.read_text())["as_of"] == LAST.isoformat()
    assert open_tickets() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--system", "NO-SUCH"], "NO-SUCH"),
        (["--as-of", "tomorrow"], "write it as 2026-11-22"),
        (["--days", "0"], "--days"),
    ],
)
def test_wrong_arguments_are_named(data, arguments, message):
    result = assess(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_a_file_held_by_a_running_suluh_is_explained(data):
    folder, _ = data
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(folder / "readings.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        result = assess("--as-of", LAST.isoformat())
    finally:
        holder.communicate("\n", timeout=20)
    assert result.exit_code == 1
    assert "stop it to judge by hand" in result.output


def test_an_empty_registry_says_how_to_fill_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    engine = open_database(StoreSettings())
    upgrade(engine)
    engine.dispose()
    result = assess()
    assert result.exit_code == 1
    assert "./suluh import FILE" in result.output


def test_a_database_never_migrated_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path))
    result = assess()
    assert result.exit_code == 1
    assert "./suluh migrate" in result.output


def test_help_has_examples():
    result = assess("--help")
    assert result.exit_code == 0
    assert "--system OEM-0142-K" in result.stdout


@pytest.mark.parametrize("words", [["--as-of", "0001-01-01"], ["--as-of", "9999-12-31"]])
def test_a_year_nobody_measured_in_is_refused(words):
    done = CliRunner().invoke(command.app, ["assess", *words])
    assert done.exit_code == 2
    assert "outside the years" in done.output


def test_what_technicians_found_is_summed_up_and_written_out(data):
    folder, _ = data
    assert "Nobody has told yet" in assess("--precision").stdout
    assess("--as-of", LAST.isoformat())
    engine = open_database(StoreSettings())
    book = SqlTicketBook(engine)
    (ticket,) = book.find(TicketFilter())
    book.record_outcome(ticket.number, Outcome(ticket.fault, 2e9, Role.TECHNICIAN))
    engine.dispose()
    assert "panel_disconnected" in assess("--precision").stdout
    assert "1 of 1 confirmed" in assess("--precision").stdout
    result = assess("--labels", str(folder / "labels"))
    assert result.exit_code == 0, result.stderr
    rows = (folder / "labels" / "labels.csv").read_text().splitlines()
    assert len(rows) == 2
    assert (folder / "labels" / "events.csv").read_text().splitlines()[1].endswith("repaired")


def test_indicators_are_kept_in_the_data_folder(data):
    folder, _ = data
    assess("--as-of", LAST.isoformat())
    (mark,) = (folder / "indicators").glob("*/mark.json")
    assert json.loads(mark.read_text())["first_day"]
    assert list(mark.parent.glob("Boti-0/*.npz"))
