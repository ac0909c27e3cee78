"""Every kind of relational database, real, empty and brought up to date."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from analytics.prognosis import tables as prognosis
from analytics.tickets import tables as tickets
from api.migrations import upgrade
from collector.fleet import tables as fleet
from collector.fleet.database import open_engine
from collector.ingest import tables as ingest
from collector.ingest.clock import tables as clock
from collector.ledger import tables as ledger
from collector.publishers import tables as publishers
from collector.releases import tables as releases

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
OF_ALL = (
    fleet.METADATA,
    ingest.METADATA,
    clock.METADATA,
    ledger.METADATA,
    publishers.METADATA,
    releases.METADATA,
    tickets.METADATA,
    prognosis.METADATA,
)
TABLES = [t.name for metadata in OF_ALL for t in metadata.sorted_tables]


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database of each kind in turn, without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'suluh.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine on a database of each kind in turn, with all tables, empty."""
    return engine_of(request)


def engine_of(request: pytest.FixtureRequest) -> Engine:
    """What ``engine`` gives, for a fixture that has more kinds than these."""
    return request.getfixturevalue(
        "_emptied_postgres" if request.param == "postgresql" else "_copied_sqlite"
    )


@pytest.fixture
def _copied_sqlite(_migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(_migrated_file, tmp_path / "suluh.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'suluh.db'}")
    yield engine
    engine.dispose()


# Migrating takes longer than most tests, so it is done once for all.
@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "suluh.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _migrated_postgres(request: pytest.FixtureRequest) -> Iterator[Engine]:
    server = request.getfixturevalue("postgres")
    server.create("contract")
    engine = open_engine(server.url("contract"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.start()
    server.drop("contract")


@pytest.fixture
def _emptied_postgres(request: pytest.FixtureRequest) -> Engine:
    request.getfixturevalue("postgres").start()
    engine: Engine = request.getfixturevalue("_migrated_postgres")
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE"))
    return engine
