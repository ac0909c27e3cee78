"""Joins everything into the all-in-one process: collector, nightly analytics, API and pages."""

import threading
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from analytics.archive.port import IndicatorArchive
from analytics.bootstrap import open_archive
from analytics.detectors import DETECTORS
from analytics.prognosis.repository import SqlForecastBook
from analytics.schedule import NightlySchedule
from analytics.tickets.repository import SqlTicketBook
from api.app import create_app
from api.migrations import upgrade
from api.services import Services
from api.settings import ApiSettings
from collector.bootstrap import open_database, open_fleet, open_store
from collector.domain.clock import Clock, system_clock
from collector.fleet.changes import ChangeableFleet
from collector.fleet.database import DATABASE_TROUBLE
from collector.ingest.repository import SqlDeadLetters
from collector.settings import CollectorSettings
from collector.store.port import ReadingStore, StoreUnavailableError

_START_WITHIN_S = 20.0
STOP_WITHIN_S = 5
"""Who has not taken an answer by then is cut off; a stop must not wait for a stalled reader."""


class PortTakenError(Exception):
    """The pages cannot be served: the message says at which address, and what to do."""


@dataclass(frozen=True)
class Stores:
    """Everything that is kept, opened once for the whole process."""

    readings: ReadingStore
    engine: Engine
    fleet: ChangeableFleet
    book: SqlTicketBook
    forecasts: SqlForecastBook
    archive: IndicatorArchive
    dead_letters: SqlDeadLetters

    def close(self) -> None:
        """Release files and connections."""
        self.readings.close()
        self.engine.dispose()


def open_stores(settings: CollectorSettings, *, migrate: bool = True) -> Stores:
    """Open both stores and bring the database to this version. Raises StoreUnavailableError."""
    engine = open_database(settings)
    if migrate:
        upgrade(engine)
    return Stores(
        open_store(settings),
        engine,
        open_fleet(engine),
        SqlTicketBook(engine),
        SqlForecastBook(engine),
        open_archive(settings),
        SqlDeadLetters(engine),
    )


def build_app(stores: Stores, clock: Clock = system_clock) -> FastAPI:
    """The application on open stores."""
    return create_app(
        Services(
            store=stores.readings,
            fleet=stores.fleet,
            book=stores.book,
            forecasts=stores.forecasts,
            dead_letters=stores.dead_letters,
            clock=clock,
            detectors=DETECTORS,
            unavailable=(StoreUnavailableError, *DATABASE_TROUBLE),
        )
    )


def nightly_schedule(stores: Stores, clock: Clock = system_clock) -> NightlySchedule:
    """Every night's judgement of what is in open stores; not started yet."""
    return NightlySchedule(
        stores.readings,
        stores.fleet,
        stores.book,
        stores.archive,
        clock,
        stores.forecasts.keep,
    )


class WebServer:
    """Serves an application from a thread of its own."""

    def __init__(self, app: FastAPI, settings: ApiSettings) -> None:
        """Nothing listens before ``start``."""
        self._settings = settings
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=STOP_WITHIN_S,
            )
        )
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    @property
    def url(self) -> str:
        """Where a browser finds it; valid after ``start``, whichever port was free."""
        sockets = self._server.servers[0].sockets
        return f"http://{self._settings.host}:{sockets[0].getsockname()[1]}/"

    def start(self) -> None:
        """Listen. Raises PortTakenError when the address cannot be had."""
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START_WITHIN_S / 0.05)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            waited.wait(0.05)
        raise PortTakenError(
            f"{self._settings.host}:{self._settings.port} cannot be listened on; "
            "is another Suluh running? Choose another port with --port or SULUH_API_PORT."
        )

    def stop(self) -> None:
        """Answer what was asked, then stop listening."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        try:
            self._server.run()
        except SystemExit:
            # uvicorn ends its process when it cannot listen; start() tells the person instead.
            return
