"""`suluh collector`: readings in by MQTT and HTTP, and stored."""

import gc
import signal
import threading
from typing import Annotated

import structlog
import typer

from collector.bootstrap import (
    Collector,
    build_collector,
    look_at_tables,
    open_database,
    open_store,
)
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, database_trouble, lacks_tables
from collector.intake.bootstrap import build_http_door
from collector.logs import set_up_logs
from collector.retiring.bootstrap import build_retirement
from collector.retiring.retirement import Retirement
from collector.settings import CollectorSettings
from collector.spool.port import SpoolUnavailableError
from collector.store.port import StoreUnavailableError
from collector.watch.bootstrap import build_status_door
from collector.watch.status_door import StatusDoor
from collector.web_server import PortTakenError, WebServer

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
REPORT_EVERY_S = 60.0
_log = structlog.get_logger(__name__)


@app.callback()
def _group() -> None:
    """Keep `collector` a command of its own."""


@app.command()
def collector(
    retire: Annotated[
        bool, typer.Option("--retire", help="Leave the others for good, store the rest, and end.")
    ] = False,
) -> None:
    """Receive readings by MQTT and HTTP and store them, until stopped (Ctrl-C).

    Everything is set in the environment (see README, "Settings"). Examples:

        SULUH_MQTT_HOST=broker.example ./suluh collector

        SULUH_STORE=influxdb SULUH_INFLUXDB_URL=http://localhost:8086 ./suluh collector

    A collector that is to go for good, while others go on, is stopped and then retired under its
    own id; or else the broker goes on keeping its share for it:

        SULUH_COLLECTOR_ID=suluh-collector-2 ./suluh collector --retire
    """
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        database = open_database(settings)
        store = open_store(settings)
    except StoreUnavailableError as error:
        typer.echo(f"The store cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    except DATABASE_TROUBLE as error:
        typer.echo(database_trouble(error), err=True)
        raise typer.Exit(1) from error
    try:
        look_at_tables(database)
    except DATABASE_TROUBLE as error:
        # One that is away comes back, and what is received meanwhile waits in the spool.
        if lacks_tables(error):
            typer.echo(database_trouble(error), err=True)
            raise typer.Exit(1) from error
    try:
        if retire:
            _retire(settings, build_retirement(settings, store, database), stopping)
        else:
            running = build_collector(settings, store, database)
            door = build_http_door(settings, running, database)
            _run(running, door, build_status_door(settings, running, database), stopping)
    except PortTakenError as error:
        typer.echo(f"A door cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    except SpoolUnavailableError as error:
        typer.echo(f"The spool cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    finally:
        store.close()


def _run(
    running: Collector, door: WebServer, status: StatusDoor, stopping: threading.Event
) -> None:
    """Collect until stopped. Raises PortTakenError."""
    door.start()
    _spare_the_garbage_collector()
    running.start()
    status.start()
    _log.info("readings are taken by HTTP too", at=door.url)
    while not stopping.wait(REPORT_EVERY_S):
        _log.info("collected", **running.report())
        gc.collect()
    door.stop()
    status.stop()
    running.stop()


def _retire(settings: CollectorSettings, leaving: Retirement, stopping: threading.Event) -> None:
    """Leave for good, and say how far that came."""
    name, went = settings.collector_id, leaving.run(stopping)
    did = (
        f"{went.taken} messages taken from the broker, {went.stored} readings stored, "
        f"{went.refused} refused, {went.waiting} messages wait in its spool"
    )
    if went.ended:
        typer.echo(f"{name} has left for good, its session at the broker is ended: {did}.")
        typer.echo(f"Nothing needs {settings.spool_file} any more.")
        return
    where = "it has left the group" if went.left else "it is not known to have left the group"
    typer.echo(f"{name} has not left for good yet, {where}: {did}.", err=True)
    typer.echo("Nothing is lost. Run it again and it goes on from here.", err=True)
    raise typer.Exit(1)


def _spare_the_garbage_collector() -> None:
    """Look for garbage in cycles once a minute, and never among what is there from the start.

    A second's messages are some hundred thousand objects and none of them is part of a cycle: as
    Python is set up, every fourth microsecond went into looking through modules for garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


if __name__ == "__main__":
    app()
