"""The only place in this package that builds adapters and joins them."""

from dataclasses import dataclass

from sqlalchemy import Engine

from analytics.archive.files import FileArchive
from analytics.archive.port import IndicatorArchive
from analytics.clocked_store import with_clocks
from analytics.prognosis.repository import SqlForecastBook
from analytics.tickets.repository import SqlTicketBook
from collector.bootstrap import open_database, open_fleet, open_store
from collector.domain.clock import system_clock
from collector.fleet.cache import CachedFleet
from collector.fleet.port import FleetSource
from collector.fleet.repository import SqlFleet
from collector.ingest.clock.repository import SqlRebuiltTimes
from collector.settings import StoreSettings
from collector.store.port import ReadingStore


@dataclass(frozen=True)
class Analytics:
    """What the nightly run stands on."""

    store: ReadingStore
    fleet: FleetSource
    book: SqlTicketBook
    forecasts: SqlForecastBook
    archive: IndicatorArchive
    engine: Engine

    def close(self) -> None:
        """Release files and connections."""
        self.store.close()
        self.engine.dispose()


def open_analytics(settings: StoreSettings) -> Analytics:
    """Open the stores that the settings name.

    Raises StoreUnavailableError or one of DATABASE_TROUBLE.
    """
    engine = open_database(settings)
    return Analytics(
        knowing_clocks(open_store(settings), engine),
        open_fleet(engine),
        SqlTicketBook(engine),
        SqlForecastBook(engine),
        open_archive(settings),
        engine,
    )


def open_archive(settings: StoreSettings) -> IndicatorArchive:
    """Kept indicators in the data folder; nothing is made before the first night."""
    return FileArchive(settings.data_dir / "indicators", system_clock)


def knowing_clocks(store: ReadingStore, engine: Engine) -> ReadingStore:
    """The store with what the collector found out about wrong clocks."""
    fleet = CachedFleet(SqlFleet(engine), system_clock)
    return with_clocks(store, fleet.load, SqlRebuiltTimes(engine).between)
