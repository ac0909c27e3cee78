"""Readings that were given up: on record for good, and said until the server has noted them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from collector.domain.clock import Clock
from collector.gateway.outbox_file import NO_LONGER_KEPT
from collector.gateway.reading import Run


@dataclass(frozen=True, slots=True)
class Hole:
    """Readings that were given up, and why."""

    run: Run
    reason: str


class Holes:
    """The holes of an outbox, inside the transactions of its owner."""

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def add(self, run: Run, reason: str) -> None:
        """Record a hole; one that the last of its kind reaches up to grows instead."""
        grown = self._db.execute(
            "update hole set last = ?, told = 0 where serial = ? and boot = ? and last = ?"
            " and reason = ?",
            (run.last, run.serial, run.boot, run.first - 1, reason),
        )
        if not grown.rowcount:
            self._db.execute(
                "insert into hole values (?, ?, ?, ?, ?, ?, 0)", (*run, reason, self._clock())
            )

    def answer(self, run: Run, here: Sequence[int], reason: str = NO_LONGER_KEPT) -> None:
        """Of a run asked for, say again what is a hole and what is neither that nor here."""
        known = self._db.execute(
            "update hole set told = 0 where serial = ? and boot = ? and last >= ? and first <= ?"
            " returning first, last",
            run,
        ).fetchall()
        first = run.first
        for start, end in sorted([*known, *((n, n) for n in here), (run.last + 1, run.last + 1)]):
            if start > first:
                self.add(run._replace(first=first, last=start - 1), reason)
            first = max(first, end + 1)

    def told(self, run: Run) -> None:
        """The server has these numbers on record."""
        self._db.execute(
            "update hole set told = 1 where serial = ? and boot = ? and first >= ? and last <= ?",
            run,
        )

    def untold(self, limit: int) -> list[Hole]:
        """What is still to be said, oldest first."""
        return _read(
            self._db,
            "select serial, boot, first, last, reason from hole where told = 0"
            " order by rowid limit ?",
            (limit,),
        )

    def all(self) -> list[Hole]:
        """All there are, oldest first."""
        return all_holes(self._db)


def all_holes(db: sqlite3.Connection) -> list[Hole]:
    """The holes of an outbox, oldest first."""
    return _read(db, "select serial, boot, first, last, reason from hole order by rowid", ())


def _read(db: sqlite3.Connection, query: str, values: Sequence[int]) -> list[Hole]:
    return [Hole(Run(*row[:4]), row[4]) for row in db.execute(query, values)]
