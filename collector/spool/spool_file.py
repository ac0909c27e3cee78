"""The tables of a spool's file and how it is opened: a commit returns after its sync."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BUSY_S = 30.0
LOG_KEPT_BYTES = 64_000_000
"""What the log may keep of the disk once a long reader has let it grow beyond."""
FREE_KEPT_BYTES = 32_000_000
"""Room that an emptied file keeps: to give it back and take it again costs more than the readings
that pass through it."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    backlog INTEGER NOT NULL,
    publisher TEXT NOT NULL,
    topic TEXT NOT NULL,
    content_type TEXT NOT NULL,
    received_s REAL NOT NULL,
    bytes INTEGER NOT NULL,
    payload BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_by_kind ON deliveries (backlog, id);
CREATE TABLE IF NOT EXISTS progress (backlog INTEGER PRIMARY KEY, settled_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identity (name TEXT NOT NULL);
INSERT INTO identity SELECT lower(hex(randomblob(8))) WHERE NOT EXISTS (SELECT 1 FROM identity);
"""


def open_file(path: Path) -> sqlite3.Connection:
    """A connection with the tables made. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        # Only an empty file takes these on: a gateway's message fits on a page, and an emptied
        # spool can give its disk back.
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        # What is let go is in the store: to write zeros over it would double what the disk writes.
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL syncs the log at every commit. With NORMAL a power cut loses what was acknowledged.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_KEPT_BYTES}")
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def settle_log(connection: sqlite3.Connection) -> None:
    """Bring all of the log into the file and sync it. Raises sqlite3.Error when it cannot.

    After a failed sync the log may look whole while the disk does not hold it: the system forgets
    which pages it could not write. What is appended behind such a gap would be lost with it at a
    power cut, acknowledged or not.
    """
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("another program has been reading the spool for too long")


def give_back(connection: sqlite3.Connection) -> None:
    """Give the disk what a file has free beyond FREE_KEPT_BYTES. Raises sqlite3.Error."""
    (free,), (page_bytes,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_size")
    )
    if (over := free - FREE_KEPT_BYTES // page_bytes) > 0:
        # As a script: each step of it gives one page back, and execute() makes only one.
        connection.executescript(f"PRAGMA incremental_vacuum({over});")


def name_of(connection: sqlite3.Connection) -> str:
    """The name that the file was given when it was made. Raises sqlite3.Error."""
    return str(connection.execute("SELECT name FROM identity").fetchone()[0])


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is done inside, on disk at the end, or none of it. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Some errors have rolled it back already; what went wrong is told, not this.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
