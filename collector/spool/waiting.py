"""What waits in spools, read beside the collectors that have them."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from collector.spool.delivery import Delivery
from collector.spool.port import SpoolUnavailableError
from collector.spool.spool_file import name_of

AT_ONCE = 500
KINDS = (0, 1)
"""Live and backlog, as the file has them."""
_COLUMNS = "publisher, topic, payload, received_s, content_type, backlog, id"


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


@dataclass(frozen=True, slots=True)
class Ends:
    """Which spool a file is, and the first id of each kind, live and backlog, that waits in it.

    Where none of a kind does, that is beyond all ids. ``waiting`` is how many deliveries do,
    counted as far as was asked for.
    """

    name: str
    first: tuple[int, int]
    waiting: int


def ends_of(file: Path, at_most: int) -> Ends:
    """A look at both ends, quick however much waits. Raises SpoolUnavailableError."""
    with _reading(file) as connection:
        firsts, waiting = [], 0
        for kind in KINDS:
            upto = _settled(connection, kind)
            few = connection.execute(
                "SELECT count(*), min(id) FROM (SELECT id FROM deliveries"
                " WHERE backlog = ? AND id > ? ORDER BY id LIMIT ?)",
                (kind, upto, at_most),
            ).fetchone()
            waiting += few[0]
            firsts.append(few[1] or sys.maxsize)
        return Ends(name_of(connection), (firsts[0], firsts[1]), waiting)


def waiting_after(file: Path, kind: int, after: int, at_most: int = AT_ONCE) -> list[Delivery]:
    """The next deliveries of a kind (0 live, 1 backlog) that wait, by id.

    Raises SpoolUnavailableError.
    """
    with _reading(file) as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM deliveries WHERE backlog = ? AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
            (kind, max(after, _settled(connection, kind)), at_most),
        )
        return [Delivery(*row[:5], backlog=bool(row[5]), id=row[6]) for row in rows]


def count_after(file: Path, after: tuple[int, int]) -> int:
    """How many that wait have higher ids. Raises SpoolUnavailableError."""
    with _reading(file) as connection:
        wanted = "SELECT count(*) FROM deliveries WHERE backlog = ? AND id > ?"
        return sum(
            connection.execute(wanted, (kind, max(last, _settled(connection, kind)))).fetchone()[0]
            for kind, last in zip(KINDS, after, strict=True)
        )


def _settled(connection: sqlite3.Connection, kind: int) -> int:
    wanted = "SELECT settled_id FROM progress WHERE backlog = ?"
    row = connection.execute(wanted, (kind,)).fetchone()
    return row[0] if row else 0


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        address = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise SpoolUnavailableError(f"{file}: {error}") from error
