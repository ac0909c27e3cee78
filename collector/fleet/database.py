"""Opening the relational database: a SQLite file, or PostgreSQL in production."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoneFreeError

_BUSY_TIMEOUT_S = 15  # [K] how long a writer waits for another before it gives up
_WAL_RETRY_S = 0.02
_POSTGRES = "postgresql"

DATABASE_TROUBLE: tuple[type[Exception], ...] = (
    *(ArgumentError, OperationalError, ProgrammingError),
    NoneFreeError,
)
"""What using an engine raises when its address is wrong, nobody answers there, or the database
lacks this version's tables (of which SQLite raises the second, PostgreSQL the third); and when all
connections wait for a database that hangs."""
_LACKS_STATES = {"42P01", "42703"}  # PostgreSQL: undefined table, undefined column
_LACKS_WORDS = ("no such table", "no such column", "has no column named")


def open_engine(url: str) -> Engine:
    """The engine of ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.

    Folders of a SQLite file are made. No connection is opened yet, so an address that nobody
    answers raises sqlalchemy's OperationalError only at its first use. A transaction that writes
    is begun on ``engine.execution_options(writes=True)``: SQLite then takes its write lock at
    once instead of failing halfway. Errors do not repeat what was to be written: they are logged.
    Raises sqlalchemy.exc.ArgumentError when ``url`` is no address.
    """
    address = make_url(url)
    if address.drivername in {"postgres", _POSTGRES}:
        address = address.set(drivername=f"{_POSTGRES}+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, hide_parameters=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": _BUSY_TIMEOUT_S}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def trouble_in_words(error: Exception) -> str:
    """What went wrong, without the address, which may hold a password."""
    return str(getattr(error, "orig", None) or error).strip()


def lacks_tables(error: Exception) -> bool:
    """Whether the database answers but was never brought to this version."""
    found = getattr(error, "orig", None)
    return getattr(found, "sqlstate", None) in _LACKS_STATES or (
        isinstance(found, sqlite3.Error) and any(words in str(found) for words in _LACKS_WORDS)
    )


def database_trouble(error: Exception) -> str:
    """What went wrong and what to do about it, for the person who gave a command."""
    to_do = (
        "Bring it to this version with: ./suluh migrate"
        if lacks_tables(error)
        else "Check SULUH_DATABASE_URL and SULUH_DATA_DIR, and that the database runs."
    )
    return f"The database cannot be used: {trouble_in_words(error)}\n{to_do}"


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would begin transactions by itself, and only before some statements.
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_wal(cursor)
    # FULL: what is committed outlives a power cut; dead letters are acknowledged on that promise.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """Switch to write-ahead logging; SQLite does not itself wait for others who switch just now."""
    deadline_s = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(_WAL_RETRY_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
