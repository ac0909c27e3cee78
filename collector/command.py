"""`suluh collector`: readings in by MQTT and HTTP, and stored."""

import gc
import signal
import threading

import structlog
import typer

from collector.bootstrap import (
    build_collector,
    build_http_door,
    build_status_door,
    open_database,
    open_store,
)
from collector.environment import from_environment
from collector.fleet.database import DATABASE_TROUBLE, trouble_in_words
from collector.logs import set_up_logs
from collector.settings import CollectorSettings
from collector.spool.port import SpoolUnavailableError
from collector.store.port import StoreUnavailableError
from collector.web_server import PortTakenError

app = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
REPORT_EVERY_S = 60.0
_log = structlog.get_logger(__name__)


@app.callback()
def _group() -> None:
    """Keep `collector` a command of its own."""


@app.command()
def collector() -> None:
    """Receive readings by MQTT and HTTP and store them, until stopped (Ctrl-C).

    Everything is set in the environment (see README, "Settings"). Examples:

        SULUH_MQTT_HOST=broker.example ./suluh collector

        SULUH_STORE=influxdb SULUH_INFLUXDB_URL=http://localhost:8086 ./suluh collector
    """
    settings = from_environment(CollectorSettings)
    set_up_logs(settings.log_level)
    try:
        database = open_database(settings)
        store = open_store(settings)
    except StoreUnavailableError as error:
        typer.echo(f"The store cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    except DATABASE_TROUBLE as error:
        typer.echo(f"The database cannot be used: {trouble_in_words(error)}", err=True)
        raise typer.Exit(1) from error
    try:
        running = build_collector(settings, store, database)
    except SpoolUnavailableError as error:
        typer.echo(f"The spool cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    door = build_http_door(settings, running, database)
    try:
        status = build_status_door(settings, running)
        door.start()
    except PortTakenError as error:
        typer.echo(f"A door cannot be opened: {error}", err=True)
        raise typer.Exit(1) from error
    _spare_the_garbage_collector()
    running.start()
    status.start()
    _log.info("readings are taken by HTTP too", at=door.url)
    while not stopping.wait(REPORT_EVERY_S):
        _log.info("collected", **running.report())
    door.stop()
    status.stop()
    running.stop()
    store.close()


def _spare_the_garbage_collector() -> None:
    """Look rarely for garbage in cycles, and never among what is there from the start.

    A second's messages are some hundred thousand objects and none of them is part of a cycle: as
    Python is set up, every fourth microsecond went into looking through modules for garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


if __name__ == "__main__":
    app()
