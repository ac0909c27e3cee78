"""The outbox's SQLite file: its tables, how it is opened, and what becomes of a broken one."""

import glob
import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from collector.domain.clock import Clock
from collector.gateway.reading import Kept, Measured

_EPOCH_2020_S = 1_577_836_800
_ASIDE = ".broken-"
NO_LONGER_KEPT = "no longer kept"
"""Why a number that the server asks for cannot be sent: it was acknowledged and deleted."""

# ``ended`` are boots of a broken outbox, which give no more numbers.
# ``session`` names the run of the machine whose seconds ``time_s`` counts; '' once it is UTC.
_SCHEMA = """
create table if not exists series (
  serial text not null, boot integer not null, next_sequence integer not null,
  unique (serial, boot)
);
create table if not exists ended (boot integer primary key);
create table if not exists salvaged (name text primary key);
create table if not exists reading (
  id integer primary key autoincrement, serial text not null, boot integer not null,
  sequence integer not null, time_s integer not null, data_format integer not null,
  fields text not null, session text not null default '', guessed integer not null default 0,
  unique (serial, boot, sequence)
);
create index if not exists reading_time on reading (session, time_s);
create table if not exists hole (
  serial text not null, boot integer not null, first integer not null, last integer not null,
  reason text not null, at_s real not null, told integer not null default 0
);
create temp table sent (id integer primary key, at_s real not null);
create temp table wanted (id integer primary key);
"""

_SELECT = (
    "select id, boot, sequence, serial, time_s, data_format, fields, guessed from reading where "
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """Distinct readings: produced = waiting + acknowledged + dropped."""

    produced: int
    waiting: int
    acknowledged: int
    dropped: int


def read_counts(file: Path) -> Counts:
    """The counts of an outbox that another process may be using. Raises FileNotFoundError."""
    if not file.exists():
        raise FileNotFoundError(file)
    db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        (begun,) = db.execute("select count(*) from sqlite_master where name = 'hole'").fetchone()
        return counts_of(db) if begun else Counts(0, 0, 0, 0)
    finally:
        db.close()


def counts_of(db: sqlite3.Connection) -> Counts:
    """What an open outbox says of itself."""
    produced, waiting, dropped = db.execute(
        "select (select coalesce(sum(next_sequence - 1), 0) from series),"
        " (select count(*) from reading),"
        " (select coalesce(sum(last - first + 1), 0) from hole where reason <> ?)",
        (NO_LONGER_KEPT,),
    ).fetchone()
    return Counts(produced, waiting, produced - waiting - dropped, dropped)


def kept_rows(db: sqlite3.Connection, which: str, values: Sequence[float]) -> Iterator[Kept]:
    """Readings that fulfil a condition, with its order and limit."""
    for row, boot, number, serial, time_s, form, fields, guessed in db.execute(
        _SELECT + which, values
    ):
        measured = Measured(serial, time_s, form, json.loads(fields))
        yield Kept(row, boot, number, measured, bool(guessed))


def open_outbox(file: Path, clock: Clock) -> sqlite3.Connection:
    """The outbox in a file, made when it is missing; one that cannot be read is set aside."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(file)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        aside = file.with_name(f"{file.name}{_ASIDE}{int(clock())}")
        for suffix in ("", "-wal", "-shm"):
            part = file.with_name(file.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        log.exception("outbox_set_aside", kept_as=aside.name)
        return _connect(file)


def set_aside(file: Path, db: sqlite3.Connection) -> list[Path]:
    """Broken files of this outbox from which nothing has been taken over yet."""
    done = {name for (name,) in db.execute("select name from salvaged")}
    found = sorted(file.parent.glob(f"{glob.escape(file.name)}{_ASIDE}*"))
    return [f for f in found if f.suffix[-4:] not in {"-wal", "-shm"} and f.name not in done]


def _connect(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute("pragma temp_store = memory")
        if (verdict := db.execute("pragma quick_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(verdict)
        db.executescript(_SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db


def new_boot(now_s: float) -> int:
    """A boot number no earlier outbox of this gateway has used.

    Minutes since 2020; where the clock has not been set yet, a random one below all of those.
    """
    minutes = int((now_s - _EPOCH_2020_S) // 60)
    return minutes if minutes > 1_000_000 else 1 + secrets.randbelow(1_000_000)
