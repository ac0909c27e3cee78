"""Commands of the whole: the demonstration, the one-process server, the API alone, the registry."""

import json
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from api.bootstrap import Stores, build_app, nightly_schedule, open_stores, web_server
from api.demo.children import ChildFailedError
from api.fleet.command import app as registry_app
from api.health.doctor import doctor as examine_machine
from api.settings import ApiSettings
from collector.bootstrap import build_collector
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble
from collector.intake.bootstrap import build_http_door
from collector.logs import set_up_logs
from collector.settings import CollectorSettings
from collector.spool.port import SpoolUnavailableError
from collector.store.port import StoreUnavailableError
from collector.watch.bootstrap import build_status_door
from collector.web_server import PortTakenError, WebServer

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
app.registered_commands += registry_app.registered_commands
DEMO_FOLDER = Path("demo-data")

Port = Annotated[int | None, typer.Option(help="Port of the pages (else SULUH_API_PORT).")]


@app.command()
def demo(
    days: Annotated[int, typer.Option(min=8, max=400, help="Days of history.")] = 45,
    seed: Annotated[int, typer.Option(help="Another seed is another fleet's fate.")] = 1,
    data: Annotated[
        Path | None, typer.Option(help=f"Data folder, kept (default {DEMO_FOLDER}).")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Do it all without a person, exit.")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="The account, with --once.")
    ] = None,
    port: Port = None,
) -> None:
    """Show Suluh at work: the pilot's 1,164 systems, simulated, through every real part.

    A second start goes on where the first ended; delete the data folder to begin anew.
    With --once a fresh folder is used and removed again. Examples:

        ./suluh demo

        ./suluh demo --once --days 60 --seed 1 --json account.json
    """
    from api.demo.show import run_once, run_until_stopped

    if json_file and not json_file.parent.is_dir():
        raise _stop(f"The folder {json_file.parent} is not there; make it, or choose another.")
    settings = from_environment(ApiSettings)
    api = settings if port is None else settings.model_copy(update={"port": port})
    set_up_logs("ERROR")
    stopping = _stop_on_signals()
    try:
        if once:
            with tempfile.TemporaryDirectory(prefix="suluh-demo-") as fresh:
                folder = data or Path(fresh)
                if data is not None and data.exists() and any(data.iterdir()):
                    raise _stop(f"{data} is not empty; --once begins in a fresh folder.")
                told = run_once(folder, days, seed, api, stopping)
            text = json.dumps(told, indent=2)
            if json_file:
                json_file.write_text(text + "\n")
            typer.echo(text)
            raise typer.Exit(0 if told["in_flight"] == 0 else 1)
        run_until_stopped(data or DEMO_FOLDER, days, seed, api, stopping)
    except (
        ChildFailedError,
        PortTakenError,
        SpoolUnavailableError,
        StoreUnavailableError,
    ) as error:
        raise _stop(str(error)) from error
    except KeyboardInterrupt:
        typer.echo("Stopped. Everything received so far is kept.", err=True)
        raise typer.Exit(130) from None


@app.command()
def run(port: Port = None) -> None:
    """Run everything in one process: collector, nightly analytics, API and pages, until stopped.

    Needs a broker (SULUH_MQTT_HOST) and a registry (./suluh import FILE). Example:

        SULUH_MQTT_HOST=broker.example SULUH_MQTT_USERNAME=suluh-collector ./suluh run
    """
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    stores = _opened(settings)
    try:
        collector = build_collector(settings, stores.readings, stores.engine)
    except SpoolUnavailableError as error:
        stores.close()
        typer.echo(f"The spool cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    schedule = nightly_schedule(stores)
    door = build_http_door(settings, collector, stores.engine)
    try:
        status = build_status_door(settings, collector, stores.engine)
    except PortTakenError as error:
        raise _stop(str(error)) from error
    parts: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (collector.start, collector.stop),
        (door.start, door.stop),
        (status.start, status.stop),
        (schedule.start, schedule.stop),
    ]
    _serve(_web(stores, port), parts)
    stores.close()


@app.command()
def api(port: Port = None) -> None:
    """Serve the pages and the REST interface alone, on stores that other processes fill.

    The embedded store has one process: with it, use `run`. Example:

        SULUH_STORE=influxdb SULUH_API_HOST=0.0.0.0 ./suluh api
    """
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    stores = _opened(settings)
    _serve(_web(stores, port), [])
    stores.close()


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Say what is missing or wrong on this machine, and the line that mends it.

    Exit code 1 when something keeps Suluh from running. Example:

        ./suluh doctor --json
    """
    raise typer.Exit(examine_machine(as_json=as_json))


def _opened(settings: CollectorSettings) -> Stores:
    try:
        return open_stores(settings)
    except StoreUnavailableError as error:
        raise _stop(f"The store of readings cannot be opened: {error}") from error
    except DATABASE_TROUBLE as error:
        raise _stop(database_trouble(error)) from error


def _web(stores: Stores, port: int | None) -> WebServer:
    settings = from_environment(ApiSettings)
    return web_server(
        build_app(
            stores,
            operator_token=settings.operator_token.get_secret_value(),
            plan_mb=settings.plan_mb,
        ),
        settings if port is None else settings.model_copy(update={"port": port}),
    )


def _serve(web: WebServer, parts: list[tuple[Callable[[], None], Callable[[], None]]]) -> None:
    """Start the parts and the web server, wait for a signal, stop them in reverse."""
    stopping = _stop_on_signals()
    try:
        for start in (web.start, *(start for start, _ in parts)):
            start()
    except PortTakenError as error:
        raise _stop(str(error)) from error
    typer.echo(f"Suluh runs: {web.url}  (Ctrl-C stops it)", err=True)
    stopping.wait()
    for _, stop in reversed(parts):
        stop()
    web.stop()


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)


if __name__ == "__main__":
    app()
