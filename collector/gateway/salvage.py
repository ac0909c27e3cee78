"""What can still be read of a broken outbox goes into the new one; the rest becomes holes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import structlog

from collector.domain.clock import Clock
from collector.gateway.holes import Holes
from collector.gateway.reading import Run

BROKEN = "outbox broken"
"""Why the numbers are a hole of which nobody knows any more whether the server has them."""

log = structlog.get_logger(__name__)


def salvage(aside: Path, db: sqlite3.Connection, clock: Clock) -> int:
    """Copy readings, numbers and holes from the file set aside; how many readings.

    Of the numbers that were given and are not among them all are said to be lost: those that the
    server has stay stored there.
    """
    old = sqlite3.connect(f"{aside.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        with db:
            db.execute("begin immediate")
            db.execute("insert into salvaged values (?)", (aside.name,))
            readings = _copy(old, db)
            holes = Holes(db, clock)
            for serial, boot, following in db.execute("select * from series").fetchall():
                here = db.execute(
                    "select sequence from reading where serial = ? and boot = ?", (serial, boot)
                ).fetchall()
                run = Run(serial, boot, 1, max(following - 1, *(n for (n,) in here), 0))
                holes.answer(run, [n for (n,) in here], BROKEN)
    finally:
        old.close()
    log.error("outbox_salvaged", readings=readings)
    return readings


def _copy(old: sqlite3.Connection, db: sqlite3.Connection) -> int:
    readings = 0
    for row in _readable(old, "select serial, boot, next_sequence from series"):
        db.execute("insert or ignore into series values (?, ?, ?)", row)
        db.execute("insert or ignore into ended values (?)", row[1:2])
    for row in _readable(old, "select boot from ended"):
        db.execute("insert or ignore into ended values (?)", row)
    for row in _readable(old, "select serial, boot, first, last, reason, at_s from hole"):
        db.execute("insert into hole values (?, ?, ?, ?, ?, ?, 0)", row)
    for row in _readable(
        old,
        "select serial, boot, sequence, time_s, data_format, fields, session, guessed from reading",
    ):
        readings += db.execute(
            "insert or ignore into reading (serial, boot, sequence, time_s, data_format, fields,"
            " session, guessed) values (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        ).rowcount
    return readings


def _readable(old: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    """Rows up to the first that cannot be read."""
    try:
        yield from old.execute(query)
    except sqlite3.DatabaseError as error:
        log.warning("outbox_unreadable_from_here", reason=str(error))
