"""The spool on disk: one SQLite file in write-ahead mode.

Each kind of delivery, live and backlog, advances on its own. When the store has been away, live
ones that are late become backlog, and what comes from then on passes them. What is settled is kept
a while, so that a store which lost its last hours can be given them again; it gives way when room
is needed.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path

from collector.domain.clock import Clock
from collector.spool.delivery import Delivery, size_of
from collector.spool.forgetting import forget
from collector.spool.lock import FileLock
from collector.spool.port import SpoolFullError, SpoolState, SpoolUnavailableError
from collector.spool.spool_file import give_back, name_of, open_file, settle_log, transaction

LIVE, BACKLOG = 0, 1
ENTERED = 2
"""In ``progress``: the live delivery up to which what is stored again is in the books."""
LIVE_SHARE = 0.75
"""Of what is taken at once while both wait: live readings hardly wait, the backlog moves on."""
LATE_S = 20.0
"""A live delivery that has waited so long [s] keeps others waiting: it becomes backlog."""
MOVED_AT_ONCE, MOVED_BYTES = 5_000, 64_000_000
"""Late deliveries moved with each that is settled: a week's within a minute."""
MAYBE_ENTERED = 5_000
"""More than one batch: so many at the front of a file just opened may be stored and in the books
by their ids, though the file was never told. They keep their ids, or would be counted again."""
_KEPT = "publisher, topic, content_type, received_s, bytes, payload"
_COPY_AS_BACKLOG = (
    f"INSERT INTO deliveries (backlog, {_KEPT}) SELECT {BACKLOG}, {_KEPT} FROM deliveries"  # noqa: S608
    f" WHERE backlog = {LIVE} AND id > ? AND id <= ? ORDER BY id"
)
_DELETE_LIVE = f"DELETE FROM deliveries WHERE backlog = {LIVE} AND id > ? AND id <= ?"  # noqa: S608
_COLUMNS = "publisher, topic, payload, received_s, content_type, backlog, id, bytes"


class SqliteSpool:
    """See Spool. One process at a time has it; its threads may share it."""

    def __init__(self, path: Path, clock: Clock, *, limit_bytes: int, keep_s: float = 0.0) -> None:
        """Open or make the file. ``keep_s`` [s]: how long settled deliveries stay, room permitting.

        Raises SpoolUnavailableError when another process has it or it cannot be used.
        """
        self._path, self._clock = path, clock
        self._limit_bytes, self._keep_s = limit_bytes, keep_s
        self._changed = threading.Condition(threading.RLock())
        self._open: sqlite3.Connection | None = None
        self._log_is_sure = False
        self._settled = {LIVE: 0, BACKLOG: 0}
        self._entered_upto = 0
        self._waiting = self._waiting_bytes = self._kept_bytes = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(path.with_name(path.name + ".lock"))
        except BlockingIOError as error:
            raise SpoolUnavailableError(
                f"another process has {path}: give each collector a SULUH_COLLECTOR_ID of its own"
            ) from error
        except OSError as error:
            raise SpoolUnavailableError(f"{path}: {error.strerror}") from error
        try:
            with self._connection():
                pass
        except SpoolUnavailableError:
            self._lock.release()
            raise

    def append(self, deliveries: Sequence[Delivery]) -> None:
        """Keep all of them, or none. When it returns they are on disk."""
        size = size_of(deliveries)
        with self._connection() as connection:
            # An empty spool takes any batch: a huge message must not be shut out for ever.
            if self._waiting and self._waiting_bytes + size > self._limit_bytes:
                raise SpoolFullError(
                    f"{self._waiting_bytes / 1e6:.0f} MB wait to be stored, "
                    f"{self._limit_bytes / 1e6:.0f} MB are allowed (SULUH_SPOOL_MAX_MB)"
                )
            if not self._log_is_sure:
                settle_log(connection)
                self._log_is_sure = True
            with transaction(connection):
                freed = self._make_room(connection, size)
                connection.executemany(
                    "INSERT INTO deliveries"
                    " (backlog, publisher, topic, content_type, received_s, bytes, payload)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    map(_row, deliveries),
                )
            self._kept_bytes -= freed
            self._waiting += len(deliveries)
            self._waiting_bytes += size
            self._changed.notify_all()

    def take(self, at_most: int, at_most_bytes: int) -> list[Delivery]:
        """The next deliveries to store, one at least if any waits; the same again until settled."""
        with self._connection() as connection:
            share = LIVE_SHARE if self._next(connection, BACKLOG, 1, 1) else 1.0
            many, size = int(at_most * share), int(at_most_bytes * share)
            taken = self._next(connection, LIVE, max(many, 1), size)
            size = at_most_bytes - size_of(taken)
            return taken + self._next(connection, BACKLOG, max(at_most - len(taken), 1), size)

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Say that everything taken last is stored: it will not be taken again."""
        with self._connection() as connection:
            upto, done = dict(self._settled), list[Delivery]()
            for kind in (LIVE, BACKLOG):
                mine = [d for d in deliveries if d.backlog == kind and d.id > upto[kind]]
                first = self._next(connection, kind, 1, 1)
                # What waits before it was let wait again since: all from there on goes once more.
                if mine and first and first[0].id == mine[0].id:
                    upto[kind] = mine[-1].id
                    done += mine
            size = size_of(done)
            with transaction(connection):
                connection.executemany("REPLACE INTO progress VALUES (?, ?)", list(upto.items()))
                freed = forget(connection, upto, received_before_s=self._clock() - self._keep_s)
            self._settled = upto
            self._waiting -= len(done)
            self._waiting_bytes -= size
            self._kept_bytes += size - freed
            try:
                self._let_pass(connection)
            except sqlite3.Error:
                self._log_is_sure = False  # they stay where they were
            if not self._waiting_bytes + self._kept_bytes:
                give_back(connection)

    def wait(self, timeout_s: float) -> bool:
        """Wait until something may be taken, at most so long. Returns whether something may."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting > 0, timeout_s)

    def state(self) -> SpoolState:
        """What waits now; cheap."""
        with self._connection() as connection:
            firsts = [d for kind in (LIVE, BACKLOG) for d in self._next(connection, kind, 1, 1)]
            return SpoolState(
                waiting=self._waiting,
                waiting_bytes=self._waiting_bytes,
                kept_bytes=self._kept_bytes,
                limit_bytes=self._limit_bytes,
                oldest_s=min((d.received_s for d in firsts), default=None),
            )

    def store_again(self, since_s: float) -> int:
        """Let what was settled and received since a moment wait once more. Returns how many."""
        before = self._waiting
        with self._connection() as connection:
            upto = dict(self._settled)
            # These are in the books, and keep their ids until they are settled once more.
            entered = {ENTERED: max(self._entered_upto, upto[LIVE])}
            for kind in (LIVE, BACKLOG):
                # From the first of them on: where the clock was set back, rather too many.
                (first,) = connection.execute(
                    "SELECT min(id) FROM deliveries WHERE backlog = ? AND received_s >= ?",
                    (kind, since_s),
                ).fetchone()
                upto[kind] = min(upto[kind], upto[kind] if first is None else first - 1)
            with transaction(connection):
                rows = list((upto | entered).items())
                connection.executemany("REPLACE INTO progress VALUES (?, ?)", rows)
            self._recall(connection)
            self._changed.notify_all()
            return self._waiting - before

    def close(self) -> None:
        """Let go of the files; what waits stays in them."""
        with self._changed:
            if self._open is not None:
                self._open.close()
            self._open = None
            self._lock.release()

    def _next(
        self, connection: sqlite3.Connection, kind: int, many: int, size: int
    ) -> list[Delivery]:
        found: list[Delivery] = []
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM deliveries WHERE backlog = ? AND id > ? ORDER BY id LIMIT ?",  # noqa: S608
            (kind, self._settled[kind], many),
        )
        for *values, backlog, number, its_bytes in rows:
            found.append(Delivery(*values, backlog=bool(backlog), id=number))
            size -= its_bytes
            if size <= 0:
                break
        rows.close()
        return found

    def _let_pass(self, connection: sqlite3.Connection) -> None:
        """Late live deliveries become backlog, under new ids: what is settled is settled by id."""
        before_s = self._clock() - LATE_S
        if not any(d.received_s < before_s for d in self._next(connection, LIVE, 1, 1)):
            return
        after = max(self._settled[LIVE], self._entered_upto)
        late = connection.execute(
            "SELECT id, bytes FROM deliveries WHERE backlog = ? AND id > ? AND received_s < ?"
            " ORDER BY id LIMIT ?",
            (LIVE, after, before_s, MOVED_AT_ONCE),
        ).fetchall()
        if not late:
            return
        sizes = accumulate(size for _, size in late)
        few = sum(1 for all_so_far in sizes if all_so_far < MOVED_BYTES)
        last = (after, late[max(few - 1, 0)][0])
        with transaction(connection):
            connection.execute(_COPY_AS_BACKLOG, last)
            connection.execute(_DELETE_LIVE, last)

    def _make_room(self, connection: sqlite3.Connection, size: int) -> int:
        """Settled deliveries give way to those that wait. Returns the bytes they had."""
        over = self._waiting_bytes + self._kept_bytes + size - self._limit_bytes
        if over <= 0 or not self._kept_bytes:
            return 0
        return forget(connection, self._settled, at_least_bytes=over)

    def _recall(self, connection: sqlite3.Connection) -> None:
        """Read from the file what is remembered beside it."""
        self.name = name_of(connection)
        # From nothing: in a file that was put in place of the old one, ids begin anew.
        self._settled = {LIVE: 0, BACKLOG: 0}
        self._settled |= dict(connection.execute("SELECT backlog, settled_id FROM progress"))
        entered_upto = self._settled.pop(ENTERED, 0)
        (maybe_entered_upto,) = connection.execute(
            "SELECT coalesce(max(id), 0) FROM (SELECT id FROM deliveries"
            " WHERE backlog = ? AND id > ? ORDER BY id LIMIT ?)",
            (LIVE, self._settled[LIVE], MAYBE_ENTERED),
        ).fetchone()
        self._entered_upto = max(entered_upto, maybe_entered_upto)
        self._waiting = self._waiting_bytes = self._kept_bytes = 0
        for kind, upto in self._settled.items():
            many, waiting, kept = connection.execute(
                "SELECT count(*) FILTER (WHERE id > ?1), total(bytes) FILTER (WHERE id > ?1),"
                " total(bytes) FILTER (WHERE id <= ?1) FROM deliveries WHERE backlog = ?2",
                (upto, kind),
            ).fetchone()
            self._waiting += many
            self._waiting_bytes += int(waiting)
            self._kept_bytes += int(kept)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """The open file, alone with it; after any trouble it is opened anew."""
        with self._changed:
            try:
                if self._open is None:
                    self._open = open_file(self._path)
                    self._recall(self._open)
                yield self._open
            except sqlite3.Error as error:
                # A failed sync says nothing of what is on disk: only the file itself does.
                self._log_is_sure = False
                if self._open is not None:
                    self._open.close()
                    self._open = None
                raise SpoolUnavailableError(f"{self._path}: {error}") from error


def _row(d: Delivery) -> tuple[int, str, str, str, float, int, bytes]:
    return (int(d.backlog), d.publisher, d.topic, d.content_type, d.received_s, d.size, d.payload)
