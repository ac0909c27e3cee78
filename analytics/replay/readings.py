"""The readings of a record, one receipt day after the other, straight from the Parquet files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analytics.indicators.day_view import FIELDS_READ
from analytics.replay.registry import RecordError
from collector.domain.clock import DAY_S

_ROWS_AT_ONCE = 262_144
_KEYS = ("serial", "time", "received")
_LAST_S = 1e11
"""No clock of ours says more: the year 5138."""
ASTRAY_S = 60 * DAY_S
"""Rows stand in the order of receipt; one received so long after its successors never was [K]."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings in the order of receipt; ``values`` is float32 (len(FIELDS_READ), rows).

    ``system`` is a row of the registry; times are UTC seconds.
    """

    system: NDArray[np.int64]
    time_s: NDArray[np.int64]
    received_s: NDArray[np.int64]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return int(self.system.size)

    def part(self, rows: slice | NDArray[Any]) -> "Rows":
        """Some of them, by slice, mask or positions."""
        return Rows(
            self.system[rows], self.time_s[rows], self.received_s[rows], self.values[:, rows]
        )


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows of several pieces, one after the other."""
    if len(parts) == 1:
        return parts[0]
    none = np.zeros(0, np.int64)
    start = Rows(none, none, none, np.zeros((len(FIELDS_READ), 0), np.float32))
    every = [start, *parts]
    return Rows(
        np.concatenate([p.system for p in every]),
        np.concatenate([p.time_s for p in every]),
        np.concatenate([p.received_s for p in every]),
        np.concatenate([p.values for p in every], axis=1),
    )


class ReadingFiles:
    """The files of a folder in the order of their names; read once, a piece at a time."""

    def __init__(self, folder: Path, serials: Sequence[str]) -> None:
        """Raises RecordError when there is no file."""
        self.files = sorted(folder.glob("*.parquet")) if folder.is_dir() else [folder]
        if not self.files or not self.files[0].is_file():
            raise RecordError(f"there is no Parquet file in {folder}")
        self._code = {serial: i for i, serial in enumerate(serials)}
        self.rows = 0
        self.unknown: set[str] = set()
        self.without_time = 0
        self.bytes_of = [f.stat().st_size for f in self.files]
        self.bytes_read = 0.0

    def days(self) -> Iterator[tuple[int, Rows]]:
        """(UTC day since 1970, rows received on it), every day that has any, in order.

        A row that stands after later ones counts as received with them. Raises RecordError.
        """
        waiting: list[Rows] = []
        today = None
        latest_s = np.int64(np.iinfo(np.int64).min)
        for rows in self._pieces():
            received_s = np.maximum.accumulate(np.maximum(rows.received_s, latest_s))
            latest_s = received_s[-1]
            day = received_s // DAY_S
            cuts = [0, *(np.flatnonzero(np.diff(day)) + 1).tolist(), len(rows)]
            for first, end in pairwise(cuts):
                if today is not None and day[first] != today:
                    yield int(today), joined(waiting)
                    waiting = []
                today = day[first]
                waiting.append(rows.part(slice(first, end)))
        if today is not None:
            yield int(today), joined(waiting)

    def _pieces(self) -> Iterator[Rows]:
        for file, size in zip(self.files, self.bytes_of, strict=True):
            before = self.bytes_read
            if size:
                try:
                    yield from self._file(file, size)
                except pa.ArrowException as error:
                    raise RecordError(f"{file} cannot be read: {error}") from error
            self.bytes_read = before + size

    def _file(self, path: Path, size: int) -> Iterator[Rows]:
        with pq.ParquetFile(path, read_dictionary=["serial"]) as file:
            present = file.schema_arrow.names
            missing = [name for name in _KEYS if name not in present]
            if missing:
                raise RecordError(f"{path}: columns are missing: {', '.join(missing)}")
            columns = [name for name in (*_KEYS, *FIELDS_READ) if name in present]
            for batch in file.iter_batches(_ROWS_AT_ONCE, columns=columns):
                rows = self._rows(dict(zip(batch.schema.names, batch.columns, strict=True)))
                if len(rows):
                    yield rows
                self.bytes_read += size * batch.num_rows / file.metadata.num_rows

    def _rows(self, columns: Mapping[str, pa.Array]) -> Rows:
        system = self._codes(columns["serial"])
        time_s, timed = _seconds(columns["time"])
        received_s, received = _seconds(columns["received"])
        count = system.size
        self.rows += count
        values = np.full((len(FIELDS_READ), count), np.nan, np.float32)
        for i, name in enumerate(FIELDS_READ):
            if name in columns:
                values[i] = columns[name].cast(pa.float32()).to_numpy(zero_copy_only=False)
        received &= _in_order(received_s, received)
        self.without_time += int(np.count_nonzero(~timed | ~received))
        rows = Rows(system, time_s, received_s, values)
        kept = (system >= 0) & timed & received
        return rows if kept.all() else rows.part(kept)

    def _codes(self, serials: pa.Array) -> NDArray[np.int64]:
        """Row in the registry of each serial, -1 for those that are not in it."""
        if not pa.types.is_dictionary(serials.type):
            serials = serials.cast(pa.string()).dictionary_encode()
        names = [str(name).strip() for name in serials.dictionary.to_pylist()]
        self.unknown |= {name for name in names if name not in self._code}
        lookup = np.array([*(self._code.get(name, -1) for name in names), -1], np.int64)
        codes = pc.fill_null(serials.indices, len(names))
        return lookup[codes.to_numpy(zero_copy_only=False)]


def _in_order(received_s: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which receipts can be true: not months after one that stands further down."""
    soonest_s = np.where(known, received_s, np.iinfo(np.int64).max)
    soonest_s = np.minimum.accumulate(soonest_s[::-1])[::-1]
    return received_s - soonest_s < ASTRAY_S


def _seconds(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """UTC seconds and where there are any; from timestamps of any unit or from numbers."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("s", column.type.tz), safe=False).cast(pa.int64())
    numbers = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    known = np.abs(numbers) < _LAST_S
    return np.where(known, numbers, 0.0).astype(np.int64), known
