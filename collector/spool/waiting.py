"""What waits in spools, read beside the collectors that have them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from collector.spool.delivery import Delivery
from collector.spool.port import SpoolUnavailableError
from collector.spool.spool_file import name_of

AT_ONCE = 500


def name_in(file: Path) -> str:
    """The name of a spool's file. Raises SpoolUnavailableError."""
    with _reading(file) as connection:
        return name_of(connection)


def waiting_in(file: Path) -> Iterator[list[Delivery]]:
    """The deliveries that wait in a spool's file, some at a time. Raises SpoolUnavailableError.

    The file is only read; its collector may be at work on it.
    """
    with _reading(file) as connection:
        rows = connection.execute(
            "SELECT publisher, topic, payload, received_s, content_type, d.backlog, id"
            " FROM deliveries AS d LEFT JOIN progress AS p ON p.backlog = d.backlog"
            " WHERE id > coalesce(settled_id, 0)"
        )
        while some := rows.fetchmany(AT_ONCE):
            yield [Delivery(*row[:5], backlog=bool(row[5]), id=row[6]) for row in some]


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        address = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise SpoolUnavailableError(f"{file}: {error}") from error
