"""`suluh evaluate`: score replays against answer sheets."""

import json
from pathlib import Path
from typing import Annotated

import typer

from analytics.evaluate.aitio_record import make_record
from analytics.evaluate.charts import write_charts
from analytics.evaluate.evaluation import FIELD_NOTE, SIMULATED_NOTE, evaluate_records
from analytics.evaluate.report import lines
from analytics.replay.command import progress
from analytics.replay.readings import ReadingFiles
from analytics.replay.registry import RecordError, read_registry
from analytics.replay.walk import Walk

_MISSING = "say which record and which replay: --data DIR --replayed DIR, as often as you like"


def evaluate(
    data: Annotated[
        list[Path] | None, typer.Option(help="Folder of a record, with answers.csv; repeatable.")
    ] = None,
    replayed: Annotated[
        list[Path] | None, typer.Option(help="Where its replay wrote; as many as --data.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every figure to this file.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder for reliability.svg and lead-time.svg.")
    ] = None,
    aitio: Annotated[
        Path | None, typer.Option(help="Folder of the Oxford field data, as downloaded.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option(help="With --aitio: folder for its record and replay, kept.")
    ] = None,
) -> None:
    """Score replayed records against their answers, beside baselines and the ceiling.

    With --aitio the forecasts are judged on 1,027 real batteries: the set (about 3 GB, not ours to
    ship) is brought into the replay format, replayed, and scored. Exit code 2 when a file cannot
    be used. Examples:

        ./suluh evaluate --data rec --replayed replayed --json figures.json

        ./suluh evaluate --data a --replayed a-out --data b --replayed b-out --pictures pictures

        ./suluh evaluate --aitio downloads/aitio --work aitio-work
    """
    folders, results = data or [], replayed or []
    if aitio:
        work = work or aitio / "suluh"
        folders, results = [work / "record"], [work / "replayed"]
    if not folders or len(folders) != len(results):
        raise _stop(_MISSING)
    try:
        if aitio:
            _replay_field_data(aitio, folders[0], results[0])
        pairs = list(zip(folders, results, strict=True))
        figures = evaluate_records(pairs, FIELD_NOTE if aitio else SIMULATED_NOTE)
        if json_file:
            json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        drawn = write_charts(figures, pictures) if pictures else []
    except RecordError as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"{error.filename or ''}: {error.strerror or error}") from error
    typer.echo("\n".join(lines(figures)))
    for picture in drawn:
        typer.echo(f"drawn: {picture}")


def _replay_field_data(aitio: Path, record: Path, replayed: Path) -> None:
    """Bring the Oxford data into the replay format and walk them."""
    if any(record.glob("readings/*")):
        raise RecordError(f"{record} is not empty; remove it, or name another --work")
    typer.echo("bringing the batteries into the replay format", err=True)
    count = make_record(aitio, record)
    typer.echo(f"walking the record of {count} batteries", err=True)
    known = read_registry(record / "registry.csv")
    files = ReadingFiles(record / "readings", [s.code for s in known.systems])
    typer.echo("\n".join(Walk(known, files).run(replayed, progress()).lines()), err=True)


def _stop(message: str) -> typer.Exit:
    typer.echo(f"evaluate: {message}", err=True)
    return typer.Exit(2)
