"""`suluh assess`: judge the fleet, or explain one system; `nightly`: judge it every night.

`replay` walks a record instead of the store; `evaluate` scores what came out.
"""

import json
import signal
import threading
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from analytics.bootstrap import Analytics, open_analytics
from analytics.evaluate.command import evaluate
from analytics.explain import Explanation, explain
from analytics.labels.export import told_events, write_folder
from analytics.labels.precision import field_precision
from analytics.nightly import NightlySummary, run_nightly
from analytics.replay.command import replay
from analytics.schedule import NightlySchedule
from collector.domain.clock import system_clock, utc
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.fleet.port import Fleet
from collector.logs import set_up_logs
from collector.settings import CollectorSettings
from collector.store.port import StoreUnavailableError

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
app.command()(replay)
app.command()(evaluate)
_YEARS = (2000, 2100)
_MOST_NIGHTS = 3660
_log = structlog.get_logger(__name__)


@app.command()
def assess(
    as_of: Annotated[
        str, typer.Option(help="Judge the days that ended before this date (default: today, UTC).")
    ] = "",
    system: Annotated[str, typer.Option(help="Explain this house code; writes nothing.")] = "",
    days: Annotated[int, typer.Option(help="Walk this many nights.", min=1, max=_MOST_NIGHTS)] = 1,
    precision: Annotated[
        bool, typer.Option("--precision", help="How often technicians found what was said.")
    ] = False,
    labels: Annotated[
        Path | None, typer.Option(help="Write what technicians found into this folder, as CSV.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the outcome to this file.")
    ] = None,
) -> None:
    """Judge every system from its readings: states, and tickets raised, updated and closed.

    A night may be judged again: nothing changes. A past night is judged on all that is in the
    store by now; `replay` judges a record on what had been received by then. Exit code 1 when a
    store cannot be used, 2 for a wrong date or house code. Examples:

        ./suluh assess

        ./suluh assess --as-of 2026-11-22 --days 30 --json summary.json

        ./suluh assess --system OEM-0142-K

        ./suluh assess --precision

        ./suluh assess --labels labels
    """
    if json_file and not json_file.parent.is_dir():
        raise _stop(f"The folder {json_file.parent} is not there; make it, or choose another.", 2)
    last = _date(as_of) if as_of else utc(system_clock()).date()
    analytics = _opened()
    try:
        fleet = analytics.fleet.load()
        if precision or labels:
            outcome, lines = _what_was_found(analytics, fleet, labels)
        elif not fleet.systems:
            raise _stop("The registry is empty. Read it in with: ./suluh import FILE")
        elif system:
            told = _explained(analytics, fleet, system.strip().upper(), last)
            outcome, lines = told.as_json(), told.lines()
        else:
            nights = [last - timedelta(days=i) for i in range(days)]
            summary = _judged(analytics, fleet, nights)
            outcome, lines = asdict(summary), [str(summary)]
    except LookupError as error:
        raise _stop(str(error.args[0]), 2) from error
    except StoreUnavailableError as error:
        raise _stop(f"The store of readings cannot be read: {error}") from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error
    finally:
        analytics.close()
    if json_file:
        json_file.write_text(json.dumps(outcome, indent=2) + "\n")
    typer.echo("\n".join(lines))


def _explained(analytics: Analytics, fleet: Fleet, code: str, as_of: date) -> Explanation:
    events = told_events(analytics.book)
    return explain(analytics.store, fleet, code, as_of, archive=analytics.archive, events=events)


def _judged(analytics: Analytics, fleet: Fleet, nights: list[date]) -> NightlySummary:
    return run_nightly(
        analytics.store,
        fleet,
        analytics.book,
        nights,
        archive=analytics.archive,
        events=told_events(analytics.book),
        keep_forecasts=analytics.forecasts.keep,
        progress=_tell_progress,
    )


def _what_was_found(
    analytics: Analytics, fleet: Fleet, folder: Path | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """How right the detectors were in the field; into a folder also what to train with."""
    rows = field_precision(analytics.book)
    lines = [str(row) for row in rows] or ["Nobody has told yet what was found."]
    if folder:
        written = write_folder(analytics.book, fleet, folder)
        lines += [f"{count} rows in {path}" for path, count in written.items()]
    return [asdict(row) for row in rows], lines


@app.command()
def nightly() -> None:
    """Judge the fleet every night at 00:10 UTC, and at once for nights missed, until stopped.

    For servers whose readings lie in InfluxDB; `run` does this by itself. Example:

        SULUH_STORE=influxdb python -m analytics.command nightly
    """
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    analytics = _opened()
    schedule = NightlySchedule(
        analytics.store,
        analytics.fleet,
        analytics.book,
        analytics.archive,
        system_clock,
        analytics.forecasts.keep,
    )
    schedule.start()
    _log.info("nightly analytics started")
    stopping.wait()
    schedule.stop()
    analytics.close()


def _opened() -> Analytics:
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    try:
        return open_analytics(settings)
    except StoreUnavailableError as error:
        raise _stop(
            f"The store of readings cannot be opened: {error}\n"
            "While `suluh run` or `suluh demo` is on, it holds the file and judges the fleet "
            "itself every night; stop it to judge by hand, or read the tickets on its pages."
        ) from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise _stop(f"{text} is no date; write it as 2026-11-22", 2) from error
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise _stop(f"{text} is outside the years {_YEARS[0]} to {_YEARS[1]}", 2)
    return found


def _tell_progress(done: int, of: int) -> None:
    typer.echo(f"\r  {done} of {of} nights", err=True, nl=done == of)


def _stop(message: str, code: int = 1) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)


if __name__ == "__main__":
    app()
