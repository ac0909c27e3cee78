"""`suluh evaluate`: score replays against answer sheets."""

import json
from pathlib import Path
from typing import Annotated

import typer

from analytics.evaluate.charts import write_charts
from analytics.evaluate.evaluation import evaluate_records
from analytics.evaluate.report import lines
from analytics.replay.registry import RecordError

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
) -> None:
    """Score replayed records against their answers, beside baselines and the ceiling.

    Exit code 2 when a file cannot be used. Examples:

        ./suluh evaluate --data rec --replayed replayed --json figures.json

        ./suluh evaluate --data a --replayed a-out --data b --replayed b-out --pictures pictures
    """
    folders, results = data or [], replayed or []
    if not folders or len(folders) != len(results):
        raise _stop(_MISSING)
    try:
        figures = evaluate_records(list(zip(folders, results, strict=True)))
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


def _stop(message: str) -> typer.Exit:
    typer.echo(f"evaluate: {message}", err=True)
    return typer.Exit(2)
