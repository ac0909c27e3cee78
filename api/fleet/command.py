"""`suluh import` and `suluh migrate`: the registry's file, and the database's shape."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.migrations import NewerDatabaseError, current_is_head, current_revision, upgrade
from collector.bootstrap import open_database
from collector.domain.clock import system_clock
from collector.environment import from_environment
from collector.fleet.changes import ChangeableFleet, EmptyFleet
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.fleet.importer import ImportResult, import_registry
from collector.fleet.repository import SqlFleet
from collector.settings import StoreSettings

ROWS_WRONG, NOT_POSSIBLE = 1, 2
_MOST_SHOWN = 200

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX with the columns of deploy/pilot/registry.csv.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check; change nothing.")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the result to this file.")
    ] = None,
) -> None:
    """Bring the registry to what FILE says: all of its rows, or none if any is wrong.

    A house whose serial is another than before had its device swapped now; houses that the file
    does not name stay as they are; nothing is deleted. Importing a file again changes nothing.

    Exit codes: 0 done, 1 rows are wrong, 2 the file or the database cannot be used. Examples:

        ./suluh import deploy/pilot/registry.csv --dry-run

        ./suluh import desa-baru.xlsx --json result.json
    """
    if json_file and not json_file.parent.is_dir():
        raise _stop(f"The folder {json_file.parent} is not there; make it, or choose another.")
    settings = from_environment(StoreSettings)
    try:
        fleet = _registry(settings, dry_run=dry_run)
        result = import_registry(file, fleet, system_clock, dry_run=dry_run, progress=_progress)
    except OSError as error:
        raise _stop(f"{file} cannot be read: {error.strerror or error}") from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error
    if json_file:
        _write_json(json_file, result)
    if result.errors:
        _tell_errors(file, result)
        raise typer.Exit(ROWS_WRONG)
    typer.echo(summary(file.name, result))


@app.command()
def migrate() -> None:
    """Bring the database to the shape this version needs; does nothing when it has it.

    Exit codes: 0 done, 2 the database cannot be used. Examples:

        ./suluh migrate

        SULUH_DATABASE_URL=postgresql://suluh@db.example/suluh ./suluh migrate
    """
    settings = from_environment(StoreSettings)
    try:
        engine = open_database(settings)
        before = current_revision(engine)
        after = upgrade(engine)
    except NewerDatabaseError as error:
        raise _stop(f"Update Suluh: {error}.") from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error
    if before == after:
        typer.echo(f"The database is up to date (revision {after}).")
    else:
        typer.echo(f"The database went from revision {before or 'empty'} to {after}.")


def summary(name: str, result: ImportResult) -> str:
    """What an import did, in words."""
    counted = (
        (result.new_villages, "new villages"),
        (result.changed_villages, "changed villages"),
        (result.new_systems, "new systems"),
        (result.changed_systems, "changed systems"),
        (result.new_devices, "devices put in place"),
        (result.swapped_devices, "devices swapped"),
        (result.corrected_devices, "devices corrected"),
    )
    changes = ", ".join(f"{count:,} {what}" for count, what in counted if count)
    lines = [f"{name}: {result.rows:,} rows, {changes or 'nothing to change'}."]
    if result.repeated_rows:
        rows = ", ".join(map(str, result.repeated_rows[:10]))
        more = " and more" if len(result.repeated_rows) > 10 else ""
        lines.append(f"{len(result.repeated_rows):,} rows only repeat another: {rows}{more}.")
    if result.unknown_columns:
        lines.append(f"Columns not used: {', '.join(result.unknown_columns)}.")
    if result.dry_run:
        lines.append("Dry run: nothing was written.")
    return "\n".join(lines)


def _registry(settings: StoreSettings, *, dry_run: bool) -> ChangeableFleet:
    """The registry; an empty database is given its tables, or taken as empty in a dry run."""
    engine = open_database(settings)
    if current_revision(engine) is None:
        if dry_run:
            return EmptyFleet()
        upgrade(engine)
    elif not current_is_head(engine):
        raise _stop("The database is of another version: run ./suluh migrate first.")
    return SqlFleet(engine)


def _tell_errors(file: Path, result: ImportResult) -> None:
    for error in result.errors[:_MOST_SHOWN]:
        place = f"Row {error.row}, {error.column}" if error.column else f"Row {error.row}"
        typer.echo(f"{place}: {error.en}\n  Baris {error.row}: {error.id}", err=True)
    if len(result.errors) > _MOST_SHOWN:
        rest = len(result.errors) - _MOST_SHOWN
        typer.echo(f"... and {rest:,} more; --json FILE lists them all.", err=True)
    typer.echo(
        f"{file.name}: {len(result.errors):,} errors in {result.rows:,} rows. Nothing was written: "
        "correct them all and import the file again.",
        err=True,
    )


def _write_json(path: Path, result: ImportResult) -> None:
    try:
        path.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise _stop(f"{path} cannot be written: {error.strerror or error}") from error


def _progress(done: int, rows: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == rows else ""
        typer.echo(f"\r{done:,} of {rows:,} rows read", err=True, nl=False)
        typer.echo(end, err=True, nl=False)


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(NOT_POSSIBLE)


if __name__ == "__main__":
    app()
