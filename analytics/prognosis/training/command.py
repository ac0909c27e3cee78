"""`suluh train`: fit the prognosis to records whose batteries' ends are known."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from analytics.prognosis.model import HORIZONS_DAYS, SHIPPED, write_model
from analytics.prognosis.training.labels import from_answers, from_field, merged
from analytics.prognosis.training.record_table import record_tables
from analytics.prognosis.training.train import train
from analytics.prognosis.training.weeks import SystemWeeks, system_weeks, together
from analytics.replay.registry import RecordError

app = typer.Typer(add_completion=False)
ANSWERS = "answers.csv"


@app.command()
def main(
    data: Annotated[
        list[Path], typer.Option(help="Folder of a record: registry, readings; repeatable.")
    ],
    out: Annotated[Path, typer.Option(help="Model file to write.")] = SHIPPED,
    labels: Annotated[
        Path | None,
        typer.Option(help="What people found: serial, dark_from (empty: battery was good)."),
    ] = None,
    version: Annotated[str, typer.Option(help="Name of this model; today's date otherwise.")] = "",
    permute: Annotated[
        int | None,
        typer.Option(help="Deal darkness to homes by lot (a seed): the result must be chance."),
    ] = None,
) -> None:
    """Fit the model that foresees darkness, and write it with its card.

    A record's answers.csv tells when batteries failed; --labels adds to it or stands in for it.
    Homes without a label count as lit. Exit code 2 when a file cannot be used. Example:

        ./suluh train --data recordings/a --data recordings/b --out model.json
    """
    try:
        noted = from_field(labels) if labels else {}
        parts = [_weeks(folder, noted, permute) for folder in data]
        weeks = together(parts, apart=True)
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        card = _card(weeks, data, labels)
        model = train(weeks, version or day, card)
        write_model(model, out)
    except (RecordError, ValueError) as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"{error.filename or out}: {error.strerror or error}") from error
    for days in HORIZONS_DAYS:
        slope, shift = model.outlooks[days].calibration
        typer.echo(f"{days} days: calibrated by slope {slope:.2f}, shift {shift:+.2f}")
    typer.echo(f"{card['systems_weeks']:,} system-weeks of {len(data)} records; written to {out}")


def _weeks(folder: Path, noted: dict, permute: int | None) -> SystemWeeks:
    answers = folder / ANSWERS
    known = merged(from_answers(answers) if answers.is_file() else {}, noted)
    tables = list(record_tables(folder))
    if permute is not None:
        serials = [s.code for table in tables for s in table.systems]
        dealt = np.random.default_rng(permute).permutation(len(serials))
        known = {serials[to]: known[s] for to, s in zip(dealt, serials, strict=True) if s in known}
    typer.echo(f"{folder}: {len(known)} labels", err=True)
    return system_weeks(tables, known)


def _card(weeks: SystemWeeks, data: list[Path], labels: Path | None) -> dict:
    dark, case = weeks.outcome(HORIZONS_DAYS[1])
    return {
        "records": [folder.name for folder in data],
        "field_labels": labels.name if labels else "",
        "systems_weeks": int(case.sum()),
        "villages": int(np.unique(weeks.village).size),
        "share_dark_56_days": float(dark[case].mean()),
    }


def _stop(message: str) -> typer.Exit:
    typer.echo(f"train: {message}", err=True)
    return typer.Exit(2)


if __name__ == "__main__":
    app()
