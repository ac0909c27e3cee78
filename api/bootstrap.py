"""Joins everything into the all-in-one process: collector, nightly analytics, API and pages."""

from dataclasses import dataclass

from fastapi import FastAPI
from sqlalchemy import Engine

from analytics.archive.port import IndicatorArchive
from analytics.bootstrap import knowing_clocks, open_archive
from analytics.detectors import DETECTORS
from analytics.prognosis.repository import SqlForecastBook
from analytics.schedule import NightlySchedule
from analytics.tickets.repository import SqlTicketBook
from api.app import create_app
from api.migrations import upgrade
from api.services import Services
from api.settings import ApiSettings
from collector.bootstrap import build_second_chance, open_database, open_fleet, open_store
from collector.domain.clock import Clock, system_clock
from collector.fleet.changes import ChangeableFleet
from collector.fleet.database import DATABASE_TROUBLE
from collector.ingest.repository import SqlDeadLetters
from collector.ledger.balance.account import Books
from collector.ledger.balance.bootstrap import open_books
from collector.settings import CollectorSettings
from collector.spool.port import SpoolUnavailableError
from collector.store.port import ReadingStore, StoreUnavailableError
from collector.web_server import Address, WebServer


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
    books: Books

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
        open_books(settings, engine),
    )


def build_app(
    stores: Stores,
    clock: Clock = system_clock,
    operator_token: str = "",
    plan_mb: float = 0.0,
) -> FastAPI:
    """The application on open stores; see Services for ``operator_token`` and ``plan_mb``."""
    return create_app(
        Services(
            store=stores.readings,
            fleet=stores.fleet,
            book=stores.book,
            forecasts=stores.forecasts,
            dead_letters=stores.dead_letters,
            clock=clock,
            detectors=DETECTORS,
            unavailable=(StoreUnavailableError, SpoolUnavailableError, *DATABASE_TROUBLE),
            second_chance=build_second_chance(stores.readings, stores.engine, clock),
            operator_token=operator_token,
            books=stores.books,
            plan_mb=plan_mb,
        )
    )


def nightly_schedule(stores: Stores, clock: Clock = system_clock) -> NightlySchedule:
    """Every night's judgement of what is in open stores; not started yet."""
    return NightlySchedule(
        knowing_clocks(stores.readings, stores.engine),
        stores.fleet,
        stores.book,
        stores.archive,
        clock,
        stores.forecasts.keep,
    )


def web_server(app: FastAPI, settings: ApiSettings) -> WebServer:
    """Serves the application where the settings say; nothing listens before its ``start``."""
    choose = "Choose another port with --port or SULUH_API_PORT."
    return WebServer(app, Address(settings.host, settings.port, choose))
