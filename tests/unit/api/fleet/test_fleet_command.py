"""`suluh import` and `suluh migrate` as a person runs them."""

import json

import pytest
from typer.testing import CliRunner

from api.fleet.command import app, summary
from api.migrations import current_is_head
from collector.fleet.database import open_engine
from collector.fleet.importer import ImportResult
from collector.fleet.repository import SqlFleet
from tests.fixtures.registry_rows import csv_text, row


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("SULUH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("SULUH_DATABASE_URL", raising=False)
    return tmp_path / "data"


@pytest.fixture
def run(data_dir):
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def engine(data_dir):
    data_dir.mkdir()
    engine = open_engine(f"sqlite:///{data_dir / 'suluh.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "desa.csv"
    path.write_text(csv_text(row(1), row(2)), encoding="utf-8")
    return path


def test_import_makes_the_database_and_says_what_it_did(run, file, engine):
    done = run("import", file)
    assert done.exit_code == 0
    assert done.stdout == (
        "desa.csv: 2 rows, 1 new villages, 2 new systems, 2 devices put in place.\n"
    )
    assert len(SqlFleet(engine).load().systems) == 2
    assert run("import", file).stdout == "desa.csv: 2 rows, nothing to change.\n"


def test_a_dry_run_before_the_first_use_writes_nothing(run, file, engine):
    done = run("import", file, "--dry-run")
    assert done.exit_code == 0
    assert "2 new systems" in done.stdout
    assert "Dry run: nothing was written." in done.stdout
    assert not current_is_head(engine)


def test_wrong_rows_are_told_in_both_languages(run, tmp_path):
    path = tmp_path / "salah.csv"
    path.write_text(csv_text(row(1, panel_w="lima"), row(2, household="BOT-0002-?")))
    done = run("import", path, "--json", tmp_path / "result.json")
    assert done.exit_code == 1
    assert "Row 2, panel_w: 'lima' is not a number" in done.stderr
    assert "Baris 2: 'lima' bukan angka" in done.stderr
    assert "salah.csv: 2 errors in 2 rows. Nothing was written" in done.stderr
    told = json.loads((tmp_path / "result.json").read_text())
    assert [(e["row"], e["column"]) for e in told["errors"]] == [(2, "panel_w"), (3, "household")]
    assert told["new_systems"] == 0


def test_a_flood_of_errors_is_cut_on_the_screen_not_in_the_file(run, tmp_path):
    path = tmp_path / "salah.csv"
    path.write_text(csv_text(*(row(n, kind="?") for n in range(1, 501))))
    done = run("import", path, "--json", tmp_path / "result.json")
    assert "and 300 more" in done.stderr
    assert len(json.loads((tmp_path / "result.json").read_text())["errors"]) == 500


def test_a_missing_file_is_told(run, tmp_path):
    done = run("import", tmp_path / "none.csv")
    assert done.exit_code == 2
    assert "none.csv cannot be read: No such file" in done.stderr


def test_a_result_that_cannot_be_written_is_told(run, file, tmp_path):
    done = run("import", file, "--json", tmp_path)
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("words", [["migrate"], ["import", "{file}"]])
def test_a_database_out_of_reach_is_told_without_its_password(run, file, monkeypatch, words):
    monkeypatch.setenv("SULUH_DATABASE_URL", "postgresql://me:geheim@127.0.0.1:1/suluh")
    done = run(*(word.format(file=file) for word in words))
    assert done.exit_code == 2
    assert "The database cannot be used" in done.stderr
    assert "geheim" not in done.output


def test_migrate_tells_where_it_went(run, engine):
    assert run("migrate").stdout.startswith("The database went from revision empty to 0")
    assert current_is_head(engine)
    assert "is up to date" in run("migrate").stdout


@pytest.fixture
def newer(run, engine):
    run("migrate")
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.usefixtures("newer")
def test_a_newer_database_is_left_alone(run, file):
    migrated, imported = run("migrate"), run("import", file)
    assert (migrated.exit_code, imported.exit_code) == (2, 2)
    assert "Update Suluh" in migrated.stderr
    assert "another version" in imported.stderr


def test_help_has_examples(run):
    for command in ("import", "migrate"):
        assert f"./suluh {command}" in run(command, "--help").stdout


def test_the_summary_names_repeats_and_strangers():
    words = summary("a.csv", ImportResult(20, (), tuple(range(2, 14)), ("telepon",)))
    assert "12 rows only repeat another: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and more." in words
    assert "Columns not used: telepon." in words


def test_a_result_that_could_not_be_written_is_refused_before_the_import(
    run, file, tmp_path, data_dir
):
    done = run("import", file, "--json", tmp_path / "none" / "result.json")
    assert done.exit_code == 2
    assert "none is not there" in done.output
    assert not data_dir.exists(), "nothing was begun"
