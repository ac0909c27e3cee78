"""Readings on disk until the server has them: numbered once, deleted on its word alone."""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import structlog

from collector.domain.clock import Clock
from collector.gateway.dating import date_readings
from collector.gateway.holes import Hole, Holes
from collector.gateway.outbox_file import (
    Counts,
    counts_of,
    kept_rows,
    new_boot,
    open_outbox,
    set_aside,
)
from collector.gateway.reading import Kept, Measured, Run
from collector.gateway.salvage import salvage

MIB = 1024 * 1024
DROP_ROWS = 500
"""Readings given up at a time when the disk share is used up."""
_OF_RUN = (
    "select id, sequence from reading where serial = ? and boot = ? and sequence between ? and ?"
)

log = structlog.get_logger(__name__)


class Outbox:
    """One SQLite file, safe to use from several threads and to be killed at any moment.

    ``limit_mb`` bounds the bytes in use; beyond it the oldest readings are dropped and a hole is
    recorded. A file that SQLite cannot read is set aside, what can be read of it is taken over,
    and a new boot number keeps the sequence numbers apart from the old ones. Which readings are
    under way is known in memory alone: after a start all that wait are to be sent again.
    """

    def __init__(self, file: Path, clock: Clock, limit_mb: float = 256.0) -> None:
        self._clock = clock
        self._limit_bytes = limit_mb * MIB
        self._lock = threading.Lock()
        self._db = open_outbox(file, clock)
        self._holes = Holes(self._db, clock)
        self._missed: Counter[str] = Counter()
        self.broken = False
        """Whether the file turned out to be unreadable: whoever opens it anew gets another."""
        for broken in set_aside(file, self._db):
            salvage(broken, self._db, clock)

    @property
    def disk_full(self) -> bool:
        """Whether the last reading found no room."""
        return bool(self._missed)

    def keep(self, reading: Measured, session: str = "") -> tuple[int, int] | None:
        """Number a reading and put it on disk; (boot, sequence). On disk means synced.

        ``session`` names the run of the machine whose seconds its time counts, '' for UTC. None
        when the disk does not take it: it is counted, and becomes a hole once there is room.
        """
        with self._lock:
            try:
                with self._db:
                    numbered = self._keep(reading, session)
            except sqlite3.OperationalError as error:
                self._missed[reading.serial] += 1
                log.exception("outbox_takes_nothing", serial=reading.serial, reason=str(error))
                return None
            except sqlite3.DatabaseError:
                self.broken = True
                raise
            self._missed.pop(reading.serial, None)
        return numbered

    def unsent(self, limit: int, first_s: float, before_s: float = 2.0**60) -> list[Kept]:
        """Up to ``limit`` readings of that time that are not under way, the newest first."""
        with self._lock:
            return list(
                kept_rows(
                    self._db,
                    "session = '' and time_s >= ? and time_s < ?"
                    " and id not in (select id from sent) order by time_s desc, id desc limit ?",
                    (first_s, before_s, limit),
                )
            )

    def asked_for(self, limit: int) -> list[Kept]:
        """Up to ``limit`` readings that the server asked for, not under way, the newest first."""
        with self._lock:
            return list(
                kept_rows(
                    self._db,
                    "session = '' and id in (select id from wanted)"
                    " and id not in (select id from sent) order by time_s desc, id desc limit ?",
                    (limit,),
                )
            )

    def sent(self, rows: Iterable[Kept], at_s: float) -> None:
        """Note readings as under way since that moment (any clock that does not jump)."""
        with self._lock, self._db:
            self._db.executemany(
                "insert or replace into sent values (?, ?)", [(r.row, at_s) for r in rows]
            )
            self._db.executemany("delete from wanted where id = ?", [(r.row,) for r in rows])

    def send_again(self, sent_before_s: float) -> int:
        """Forget that readings are under way when that is so long ago; how many."""
        with self._lock, self._db:
            return self._db.execute("delete from sent where at_s < ?", (sent_before_s,)).rowcount

    def settle(self, run: Run) -> int:
        """Delete readings the server says it has, both ends included; how many were still here.

        A run that names numbers never given is no word of a server that knows us: nothing happens.
        """
        with self._lock, self._db:
            self._db.execute("begin immediate")
            if run.last >= self._next_number(run.serial, run.boot):
                log.warning("acknowledgement_of_unknown_numbers", serial=run.serial, last=run.last)
                return 0
            ids = [(row,) for row, _ in self._db.execute(_OF_RUN, run)]
            self._db.executemany("delete from sent where id = ?", ids)
            self._db.executemany("delete from wanted where id = ?", ids)
            self._db.executemany("delete from reading where id = ?", ids)
            self._holes.told(run)
        return len(ids)

    def ask(self, run: Run) -> None:
        """The server misses these: send them soon, and say of which that they are no more."""
        with self._lock, self._db:
            self._db.execute("begin immediate")
            last = min(run.last, self._next_number(run.serial, run.boot) - 1)
            run = run._replace(last=last)
            here = self._db.execute(_OF_RUN, run).fetchall()
            self._db.executemany("delete from sent where id = ?", [(row,) for row, _ in here])
            self._db.executemany(
                "insert or ignore into wanted values (?)", [(row,) for row, _ in here]
            )
            self._holes.answer(run, [sequence for _, sequence in here])

    def untold(self, limit: int) -> list[Hole]:
        """Holes the server has not acknowledged, oldest first."""
        with self._lock:
            return self._holes.untold(limit)

    def holes(self) -> list[Hole]:
        """All holes, oldest first."""
        with self._lock:
            return self._holes.all()

    def date(self, session: str, started_s: float) -> int:
        """Date what was measured before the clock was set; how many readings.

        ``started_s`` is when the machine's present run, ``session``, began, UTC.
        """
        with self._lock, self._db:
            return date_readings(self._db, session, started_s)

    def counts(self) -> Counts:
        """How many readings there were, are, were acknowledged, and were dropped."""
        with self._lock:
            return counts_of(self._db)

    def boots(self) -> dict[str, int]:
        """The boot number of every serial."""
        with self._lock:
            return dict(
                self._db.execute("select serial, boot from series order by rowid").fetchall()
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _keep(self, reading: Measured, session: str) -> tuple[int, int]:
        self._db.execute("begin immediate")
        missed = self._missed[reading.serial]
        boot, sequence = self._number(reading.serial, missed + 1)
        if missed:
            self._holes.add(Run(reading.serial, boot, sequence, sequence + missed - 1), "disk full")
        self._db.execute(
            "insert into reading (serial, boot, sequence, time_s, data_format, fields, session)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (
                *(reading.serial, boot, sequence + missed, reading.time_s, reading.data_format),
                *(json.dumps(dict(reading.fields), separators=(",", ":")), session),
            ),
        )
        self._drop_if_full()
        return boot, sequence + missed

    def _number(self, serial: str, count: int) -> tuple[int, int]:
        """The boot and the first of ``count`` numbers, used from now on."""
        row = self._db.execute(
            "select boot, next_sequence from series where serial = ? and boot not in"
            " (select boot from ended) order by rowid desc limit 1",
            (serial,),
        ).fetchone()
        boot, sequence = row or (new_boot(self._clock()), 1)
        self._db.execute(
            "insert or replace into series values (?, ?, ?)", (serial, boot, sequence + count)
        )
        return boot, sequence

    def _next_number(self, serial: str, boot: int) -> int:
        """The number the next reading gets; of a boot that is not ours, beyond all numbers."""
        row = self._db.execute(
            "select next_sequence from series where serial = ? and boot = ?", (serial, boot)
        ).fetchone()
        return row[0] if row else 2**60

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
            self._holes.add(Run(serial, boot, sequence, sequence), "outbox full")
        log.error("outbox_full", readings_dropped=len(oldest))
