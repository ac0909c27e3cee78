"""`suluh replay`: walk a record day by day and write tickets and forecasts."""

import sys
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from analytics.replay.events import read_events
from analytics.replay.readings import ReadingFiles
from analytics.replay.registry import RecordError, read_registry
from analytics.replay.walk import Progress, Walk

_EVERY_S = 2.0


def replay(
    registry: Annotated[Path, typer.Option(help="The systems of the record (registry.csv).")],
    readings: Annotated[Path, typer.Option(help="Folder of Parquet files, in order of names.")],
    out: Annotated[Path, typer.Option(help="Folder for tickets.csv and forecasts.csv.")],
    events: Annotated[
        Path | None, typer.Option(help="Repairs that the programme noted (events.csv).")
    ] = None,
) -> None:
    """Judge a record as if each of its nights were tonight, with what was received by then.

    Writes tickets.csv and forecasts.csv. Exit code 2 when a file cannot be used. Example:

        ./suluh replay --registry rec/registry.csv --readings rec/readings --out replayed
    """
    try:
        known = read_registry(registry)
        noted = read_events(events) if events else []
        files = ReadingFiles(readings, [s.code for s in known.systems])
        told = Walk(known, files, noted).run(out, progress())
    except RecordError as error:
        raise _stop(str(error)) from error
    except OSError as error:
        raise _stop(f"{error.filename or readings}: {error.strerror or error}") from error
    typer.echo("\n".join([*told.lines(), f"written to {out}"]))


def progress() -> Progress:
    """Tells the night at hand and the time that is left, on stderr, every two seconds."""
    begun = last = time.monotonic()

    def tell(night: date, share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _EVERY_S:
            return
        last = now
        left_s = (now - begun) * (1.0 - share) / max(share, 1e-3)
        end = "\r" if sys.stderr.isatty() else "\n"
        line = f"  {night}, {100 * share:.0f} %, {left_s:.0f} s left   "
        print(line, end=end, file=sys.stderr, flush=True)

    return tell


def _stop(message: str) -> typer.Exit:
    typer.echo(f"replay: {message}", err=True)
    return typer.Exit(2)
