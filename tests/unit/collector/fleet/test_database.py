"""Opening databases: what a SQLite file promises, and addresses as people write them."""

import sqlite3
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from collector.fleet.database import (
    DATABASE_TROUBLE,
    database_trouble,
    lacks_tables,
    open_engine,
    trouble_in_words,
)


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'deep' / 'er' / 'suluh.db'}")
    yield engine
    engine.dispose()


def test_a_sqlite_file_is_durable_patient_and_checks_references(engine):
    with engine.connect() as connection:
        pragmas = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }


def test_references_are_held(engine):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE b (a INTEGER REFERENCES a (id))"))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("INSERT INTO b VALUES (1)"))


def test_a_failed_transaction_undoes_tables_too(engine):
    def fail():
        with engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("CREATE TABLE a (id INTEGER)"))
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        fail()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sqlite_master")) == 0


def test_a_writing_transaction_takes_the_lock_at_once(engine):
    with engine.execution_options(writes=True).begin():
        other = sqlite3.connect(engine.url.database, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_readers_pass_a_writer(engine):
    with engine.execution_options(writes=True).begin(), engine.connect() as reader:
        assert reader.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("address", ["postgresql://a@b/c", "postgres://a@b/c"])
def test_postgresql_is_reached_by_its_current_driver(address):
    engine = open_engine(address)
    assert engine.name == "postgresql"
    assert engine.driver == "psycopg"


def test_what_is_no_address_is_told():
    with pytest.raises(DATABASE_TROUBLE):
        open_engine("nonsense")


def test_a_password_is_never_repeated():
    engine = open_engine("postgresql://me:geheim@127.0.0.1:1/none")
    with pytest.raises(DATABASE_TROUBLE) as caught:
        engine.connect()
    words = trouble_in_words(caught.value)
    assert "refused" in words
    assert "geheim" not in words


def test_an_error_does_not_repeat_what_was_to_be_written(engine):
    with pytest.raises(OperationalError) as error, engine.begin() as connection:
        connection.execute(text("INSERT INTO missing VALUES (:name)"), {"name": "Maria"})
    assert "Maria" not in str(error.value)


@pytest.mark.parametrize(
    ("query", "lacks"),
    [
        ("SELECT 1 FROM never_made", True),
        ("SELECT never_made FROM made", True),
        ("SELECT FROM FROM made", False),
        ("SELECT id FROM made WHERE", False),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_of_another_version_is_told_from_one_in_trouble(kind, query, lacks, request):
    engine = request.getfixturevalue("engine")
    if kind == "postgresql":
        engine = open_engine(request.getfixturevalue("postgres_url"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE made (id INTEGER PRIMARY KEY)"))
    with pytest.raises(DATABASE_TROUBLE) as caught, engine.connect() as connection:
        connection.execute(text(query))
    engine.dispose()
    assert lacks_tables(caught.value) is lacks
    words = database_trouble(caught.value)
    assert ("./suluh migrate" in words) is lacks
    assert ("SULUH_DATABASE_URL" in words) is not lacks


def test_where_every_connection_waits_the_database_is_in_trouble(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'suluh.db'}")
    setattr(engine.pool, "_timeout", 0.0)  # noqa: B010
    with ExitStack() as held:

        def take_all():
            for _ in range(100):
                held.enter_context(engine.connect())

        with pytest.raises(DATABASE_TROUBLE):
            take_all()
