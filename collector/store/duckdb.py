"""Readings in one DuckDB file: the embedded store of `run` and `demo`. One process writes it."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import structlog

from collector.domain.block import Block, block_of
from collector.domain.fields import FIELD_INDEX, FIELD_NAMES
from collector.domain.reading import ReadingBatch
from collector.store.columns import META_FIELDS, arrived_of_columns, batch_of_columns
from collector.store.port import Arrived, StoreUnavailableError

MEMORY_MB = 256
"""What DuckDB may hold of the file [MB] as long as it gets by with it; the index of its keys alone
takes 20 MB for a million, and what was looked at of it stays in memory."""
MOST_MB = int(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6)
_log = structlog.get_logger(__name__)
_META = META_FIELDS[:-1]
_KEYS = frozenset({"serial", "time_s", "village"})
_COLUMNS = ("serial", "time_s", "village", *_META, "quality", *FIELD_NAMES)
_SCHEMA = f"""
create table if not exists reading (
  serial varchar not null, time_s bigint not null, village varchar,
  {", ".join(f"{c} double" for c in _META)}, quality bigint,
  {", ".join(f"{c} double" for c in FIELD_NAMES)},
  primary key (serial, time_s))
"""


class DuckDbStore:
    """The ReadingStore port on a DuckDB file; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StoreUnavailableError when another process holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._memory_mb = path, MEMORY_MB
        self._connection = self._connect()
        self._broken = False
        self._writing, self._mending = threading.Lock(), threading.Lock()

    def write(self, batch: ReadingBatch) -> None:
        """Keep every reading of the batch, or none; see the port."""
        batch = batch.last_of_each_key()
        if not len(batch):
            return
        columns = {
            "serial": np.array(batch.serials, object)[batch.serial_code],
            "time_s": batch.time_s,
            "village": np.array(batch.villages, object)[batch.village_code],
            **{name: getattr(batch, name) for name in _META},
            "quality": batch.quality,
            **{name: batch.values[:, i] for name, i in FIELD_INDEX.items()},
        }
        with self._cursor(writing=True) as cursor:
            cursor.register("batch", columns)
            cursor.execute(
                f"insert or replace into reading ({', '.join(_COLUMNS)}) "  # noqa: S608
                f"select {', '.join(_COLUMNS)} from batch"
            )
            cursor.unregister("batch")

    def latest(self, serials: Sequence[str]) -> ReadingBatch:
        """The newest reading of each serial that has one, in the order asked for."""
        return self._read(
            "join (select unnest($serials) serial, generate_subscripts($serials, 1) place) asked "
            "using (serial) qualify row_number() over "
            "(partition by reading.serial order by time_s desc) = 1 order by place",
            {"serials": list(serials)},
        )

    def rows(self, serial: str, start_s: int, end_s: int) -> ReadingBatch:
        """One device's readings in the window, oldest first."""
        return self._read(
            "where serial = $serial and time_s >= $start and time_s < $end order by time_s",
            {"serial": serial, "start": start_s, "end": end_s},
        )

    def block(
        self,
        serials: Sequence[str],
        window_s: tuple[int, int],
        step_s: int,
        fields: Sequence[str],
    ) -> Block:
        """Readings of many devices on a grid; rows in the order of ``serials``."""
        batch = self._read(
            "where time_s >= $start and time_s < $end and serial in "
            "(select unnest($serials)) order by time_s",
            {"serials": list(serials), "start": window_s[0], "end": window_s[1]},
            fields,
        )
        return block_of(batch, serials, window_s, step_s, fields)

    def arrived(self, window_s: tuple[int, int], after_s: float, until_s: float) -> Arrived:
        """Which UTC days of which serials got readings received in that time; see the port."""
        with self._cursor() as cursor:
            found = cursor.execute(
                "select distinct serial, time_s // 86400 * 86400 as time_s from reading "
                "where time_s >= $start and time_s < $end "
                "and received_s >= $after and received_s < $until order by serial",
                {"start": window_s[0], "end": window_s[1], "after": after_s, "until": until_s},
            ).fetchnumpy()
        return arrived_of_columns(list(found["serial"]), np.asarray(found["time_s"], np.int64))

    def count(self) -> int:
        """Distinct readings kept."""
        with self._cursor() as cursor:
            found = cursor.execute("select count(*) from reading").fetchone()
        return int(found[0]) if found else 0

    def close(self) -> None:
        """Write everything to the file and release it."""
        with self._writing:
            self._connection.close()

    @contextmanager
    def _cursor(self, *, writing: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of this thread's own; errors of the file become StoreUnavailableError."""
        if writing:
            self._writing.acquire()
        allowed_mb = self._memory_mb
        try:
            with self._sound_connection().cursor() as cursor:
                yield cursor
        except duckdb.FatalException as error:
            self._broken = True
            raise StoreUnavailableError(str(error)) from error
        except duckdb.OutOfMemoryException as error:
            self._allow_more_than(allowed_mb)
            raise StoreUnavailableError(str(error)) from error
        except (duckdb.IOException, duckdb.ConnectionException) as error:
            raise StoreUnavailableError(str(error)) from error
        finally:
            if writing:
                self._writing.release()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        try:
            limit: dict[str, str | bool | int | float | list[str]]
            limit = {"memory_limit": f"{self._memory_mb}MB"}
            connection = duckdb.connect(str(self._path), config=limit)
            connection.execute(_SCHEMA)
        except duckdb.IOException as error:
            raise StoreUnavailableError(
                f"{self._path} cannot be opened: is another Suluh using this data folder? Stop it, "
                f"or choose another folder with SULUH_DATA_DIR. ({error})"
            ) from error
        return connection

    def _sound_connection(self) -> duckdb.DuckDBPyConnection:
        """After a failed sync DuckDB answers nothing more until the file is opened anew."""
        with self._mending:
            if self._broken:
                self._connection.close()
                self._connection = self._connect()
                self._broken = False
            return self._connection

    def _allow_more_than(self, allowed_mb: int) -> None:
        """Twice the memory, up to most of the machine's, or what found no room never would."""
        with self._mending:
            more_mb = min(2 * allowed_mb, MOST_MB)
            if self._memory_mb != allowed_mb or more_mb <= allowed_mb:
                return
            self._memory_mb = more_mb
            self._connection.execute(f"set memory_limit = '{more_mb}MB'")
        _log.warning("DuckDB may hold more of its file in memory", memory_mb=more_mb)

    def _read(
        self, where: str, parameters: dict[str, object], fields: Sequence[str] = FIELD_NAMES
    ) -> ReadingBatch:
        columns = ("serial", "time_s", "village", *_META, "quality", *fields)
        if tuple(fields) != FIELD_NAMES:
            columns = ("serial", "time_s", *fields)
        with self._cursor() as cursor:
            picked = ", ".join(f"reading.{c}" for c in columns)
            found = cursor.execute(
                f"select {picked} from reading {where}",  # noqa: S608
                parameters,
            ).fetchnumpy()
        rows = found["time_s"].size
        return batch_of_columns(
            list(found["serial"]),
            list(found.get("village", [""] * rows)),
            np.asarray(found["time_s"], np.int64),
            {c: np.ma.filled(found[c], np.nan) for c in columns if c not in _KEYS},
        )
