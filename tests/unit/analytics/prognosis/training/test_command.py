"""`suluh train` on a small record of our own physics, with labels that people noted."""

from datetime import timedelta

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics.prognosis.model import read_model
from analytics.prognosis.training.command import app
from analytics.prognosis.training.record_table import record_tables
from tests.fixtures.village_physics import FIRST_DAY, Fleet, systems
from tests.unit.analytics.replay.conftest import record_of

HOMES, DAYS, DARK_DAY = 12, 130, 100


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Twelve homes of two villages for four months; the batteries of every third fade."""
    fleet = Fleet(systems(HOMES), DAYS, seed=4)
    fleet.health[::3] = np.linspace(0.9, 0.3, DAYS)
    folder = tmp_path_factory.mktemp("record") / "village"
    record_of(fleet, folder)
    registry = folder / "registry.csv"
    head, *rows = registry.read_text().splitlines()
    moved = [row.replace("Boti", "Besi") if i % 2 else row for i, row in enumerate(rows)]
    registry.write_text("\n".join([head, *moved]) + "\n")
    return folder


def labels_of(folder, record):
    """Those that faded went dark on a day; the last was looked at and good."""
    serials = [line.split(",")[0] for line in (record / "registry.csv").read_text().split()[1:]]
    dark = FIRST_DAY + timedelta(DARK_DAY)
    file = folder / "labels.csv"
    rows = [f"{serial},{dark}" for serial in serials[::3]] + [f"{serials[-1]},"]
    file.write_text("\n".join(["serial,dark_from", *rows]) + "\n")
    return file


def test_a_record_becomes_one_table_from_its_first_day_to_its_last(record):
    (table,) = record_tables(record)
    assert len(table.systems) == HOMES
    assert len(set(table.village_code.tolist())) == 2
    assert DAYS - 2 <= len(table.days) <= DAYS + 1
    assert (table["rows"][:, 5:-3] > 0).all()


@pytest.mark.slow
def test_labels_of_the_field_make_a_model(record, tmp_path):
    out = tmp_path / "model.json"
    labels = labels_of(tmp_path, record)
    told = CliRunner().invoke(
        app, ["--data", str(record), "--labels", str(labels), "--out", str(out), "--version", "v"]
    )
    assert told.exit_code == 0, told.output
    model = read_model(out)
    assert model.version == "v"
    assert model.card["field_labels"] == "labels.csv"
    assert 0.05 < model.card["share_dark_56_days"] < 0.5


def test_without_any_failure_it_says_what_is_missing(record, tmp_path):
    out = tmp_path / "model.json"
    told = CliRunner().invoke(app, ["--data", str(record), "--out", str(out)])
    assert told.exit_code == 2
    assert "go dark" in told.output
    assert not out.exists()


def test_a_folder_that_is_no_record_is_refused(tmp_path):
    told = CliRunner().invoke(app, ["--data", str(tmp_path), "--out", str(tmp_path / "m.json")])
    assert told.exit_code == 2
    assert "registry.csv" in told.output
