"""Readings on disk until the server has them: numbered once, deleted on its word alone."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from collector.domain.clock import Clock
from collector.gateway.reading import Kept, Measured

MIB = 1024 * 1024
DROP_ROWS = 500
"""Readings given up at a time when the disk share is used up."""
_EPOCH_2020_S = 1_577_836_800

_SCHEMA = """
create table if not exists series (
  serial text primary key, boot integer not null, next_sequence integer not null
) without rowid;
create table if not exists reading (
  id integer primary key autoincrement, serial text not null, boot integer not null,
  sequence integer not null, time_s integer not null, data_format integer not null,
  fields text not null, unique (serial, boot, sequence)
);
create table if not exists hole (
  serial text not null, boot integer not null, first integer not null, last integer not null,
  reason text not null, at_s real not null
);
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct readings: produced = waiting + acknowledged + dropped."""

    produced: int
    waiting: int
    acknowledged: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Hole:
    """Readings ``first`` to ``last`` of a serial that were given up, and why."""

    serial: str
    boot: int
    first: int
    last: int
    reason: str


class Outbox:
    """One SQLite file, safe to use from several threads and to be killed at any moment.

    ``limit_mb`` bounds the bytes in use; beyond it the oldest readings are dropped and a hole is
    recorded. A file that SQLite cannot read is set aside and a new one begun, whose boot number
    keeps its sequence numbers apart from the old ones.
    """

    def __init__(self, file: Path, clock: Clock, limit_mb: float = 256.0) -> None:
        self._clock = clock
        self._limit_bytes = limit_mb * MIB
        self._lock = threading.Lock()
        self._db = _open(file, clock)

    def keep(self, reading: Measured) -> tuple[int, int]:
        """Number a reading and put it on disk; (boot, sequence). On disk means synced.

        Raises sqlite3.Error when the disk does not take it; then no number was used.
        """
        fields = json.dumps(dict(reading.fields), separators=(",", ":"))
        with self._lock, self._db:
            self._db.execute("begin immediate")
            boot, sequence = self._number(reading.serial)
            self._db.execute(
                "insert into reading (serial, boot, sequence, time_s, data_format, fields)"
                " values (?, ?, ?, ?, ?, ?)",
                (reading.serial, boot, sequence, reading.time_s, reading.data_format, fields),
            )
            self._drop_if_full()
        return boot, sequence

    def oldest(self, limit: int) -> list[Kept]:
        """Up to ``limit`` of the oldest readings, all of the data format of the very oldest."""
        with self._lock:
            rows = self._db.execute(
                "select id, boot, sequence, serial, time_s, data_format, fields from reading"
                " where data_format = (select data_format from reading order by id limit 1)"
                " order by id limit ?",
                (limit,),
            ).fetchall()
        return [
            Kept(row, boot, sequence, Measured(serial, time_s, form, json.loads(fields)))
            for row, boot, sequence, serial, time_s, form, fields in rows
        ]

    def acknowledge(self, rows: Sequence[Kept]) -> int:
        """Delete readings the server says it has; how many were still there."""
        with self._lock, self._db:
            self._db.execute("begin immediate")
            before = self._db.total_changes
            self._db.executemany("delete from reading where id = ?", [(r.row,) for r in rows])
            return self._db.total_changes - before

    def counts(self) -> Counts:
        """How many readings there were, are, were acknowledged, and were dropped."""
        with self._lock:
            return _counts(self._db)

    def holes(self) -> list[Hole]:
        """Readings given up for want of room, oldest first."""
        query = "select serial, boot, first, last, reason from hole order by rowid"
        with self._lock:
            return [Hole(*row) for row in self._db.execute(query)]

    def boots(self) -> dict[str, int]:
        """The boot number of every serial."""
        with self._lock:
            return dict(self._db.execute("select serial, boot from series").fetchall())

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _number(self, serial: str) -> tuple[int, int]:
        row = self._db.execute(
            "select boot, next_sequence from series where serial = ?", (serial,)
        ).fetchone()
        boot, sequence = row or (_new_boot(self._clock()), 1)
        self._db.execute(
            "insert or replace into series values (?, ?, ?)", (serial, boot, sequence + 1)
        )
        return boot, sequence

    def _drop_if_full(self) -> None:
        """Give up the oldest readings when there are more bytes than allowed; record the holes."""
        pages, free, size = (
            self._db.execute(f"pragma {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size <= self._limit_bytes:
            return
        oldest = self._db.execute(
            "select id, serial, boot, sequence from reading"
            " where id < (select max(id) from reading) order by id limit ?",
            (DROP_ROWS,),
        ).fetchall()
        for row, serial, boot, sequence in oldest:
            self._db.execute("delete from reading where id = ?", (row,))
            self._add_to_hole(serial, boot, sequence)
        log.error("outbox_full", readings_dropped=len(oldest))

    def _add_to_hole(self, serial: str, boot: int, sequence: int) -> None:
        grown = self._db.execute(
            "update hole set last = ? where serial = ? and boot = ? and last = ?",
            (sequence, serial, boot, sequence - 1),
        )
        if not grown.rowcount:
            self._db.execute(
                "insert into hole values (?, ?, ?, ?, 'outbox full', ?)",
                (serial, boot, sequence, sequence, self._clock()),
            )


def read_counts(file: Path) -> Counts:
    """The counts of an outbox that another process may be using. Raises FileNotFoundError."""
    if not file.exists():
        raise FileNotFoundError(file)
    db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        return _counts(db)
    finally:
        db.close()


def _counts(db: sqlite3.Connection) -> Counts:
    produced, waiting, dropped = db.execute(
        "select (select coalesce(sum(next_sequence - 1), 0) from series),"
        " (select count(*) from reading),"
        " (select coalesce(sum(last - first + 1), 0) from hole)"
    ).fetchone()
    return Counts(produced, waiting, produced - waiting - dropped, dropped)


def _open(file: Path, clock: Clock) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(file)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        aside = file.with_name(f"{file.name}.broken-{int(clock())}")
        for suffix in ("", "-wal", "-shm"):
            part = file.with_name(file.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        log.exception("outbox_set_aside", kept_as=aside.name)
        return _connect(file)


def _connect(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        if (verdict := db.execute("pragma quick_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(verdict)
        db.executescript(_SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _new_boot(now_s: float) -> int:
    """A boot number no earlier outbox of this gateway has used.

    Minutes since 2020; where the clock has not been set yet, a random one below all of those.
    """
    minutes = int((now_s - _EPOCH_2020_S) // 60)
    return minutes if minutes > 1_000_000 else 1 + secrets.randbelow(1_000_000)
