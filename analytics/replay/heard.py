"""What had been heard by tonight: the last months of a record on the 15-minute grid, in memory."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import FIELDS_READ, Floats
from analytics.replay.clocks import Clocks
from analytics.replay.readings import Rows
from collector.domain.block import READING_INTERVAL_S, Block, empty_block
from collector.domain.clock import DAY_S
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch
from collector.store.port import Arrived

_CELLS_A_DAY = DAY_S // READING_INTERVAL_S
_SPARE_DAYS = 30
"""Room for so many days more, so that the grid is moved once a month and not every night."""
_NONE = np.int16(-1)
_CLOCK_DAYS = 256
_EPOCH = date(1970, 1, 1).toordinal()
_WHOLE_AFTER_DAYS = 3
_DAYS = 1_000_000
"""More days than any record has: pairs of system and day are kept as one number."""


class HeardStore:
    """The ReadingStore port as far as the nightly run reads it, for one walk through a record.

    Of several readings in one cell the last by time is kept; readings older than ``keep_days``
    before the newest receipt are let go. A reading that comes again counts once (to the minute).
    """

    def __init__(self, serials: Sequence[str], keep_days: int) -> None:
        self._serials = tuple(serials)
        self._row = {serial: i for i, serial in enumerate(self._serials)}
        self._keep_days = keep_days
        shape = (len(self._serials), (keep_days + _SPARE_DAYS) * _CELLS_A_DAY)
        self._values = np.full((len(FIELDS_READ), *shape), np.nan, np.float32)
        self._second = np.full(shape, _NONE, np.int16)
        self._minutes = np.zeros(shape, np.uint16)
        self._first_s: int | None = None
        self._latest_s = np.full(len(self._serials), -1, np.int64)
        self._clocks = np.zeros((2, len(self._serials), 0), np.float32)
        self._clocks_from: int | None = None
        self._arrivals: dict[int, NDArray[np.int64]] = {}
        self.too_old = 0

    def note_clocks(self, clocks: Clocks, day: int) -> None:
        """Keep what a receipt day (UTC days since 1970) told of the systems' clocks."""
        if self._clocks_from is None:
            self._clocks_from = day
        column = day - self._clocks_from
        if column >= self._clocks.shape[2]:
            room = np.full((2, len(self._serials), column + _CLOCK_DAYS), np.nan, np.float32)
            room[:, :, : self._clocks.shape[2]] = self._clocks
            self._clocks = room
        self._clocks[:, :, column] = clocks.ahead_h, clocks.lag_h

    def clock_columns(self, codes: Sequence[str], first_day: date, days: int) -> dict[str, Floats]:
        """``clock_ahead_h`` and ``clock_lag_h``; see ReceiptClocks."""
        found = np.full((2, len(codes), days), np.nan, np.float32)
        if self._clocks_from is not None:
            shift = first_day.toordinal() - _EPOCH - self._clocks_from
            start, end = max(0, shift), min(self._clocks.shape[2], shift + days)
            if start < end:
                rows = [self._row[code] for code in codes]
                found[:, :, start - shift : end - shift] = self._clocks[:, rows, start:end]
        return {"clock_ahead_h": found[0], "clock_lag_h": found[1]}

    def hear(self, rows: Rows, day: int) -> None:
        """Take the readings received on a UTC day (since 1970), their times mended already."""
        self._make_room(day)
        first_s = self._first_s or 0
        column = (rows.time_s - first_s) // READING_INTERVAL_S
        # A day is computed anew as a whole, so days that the grid holds in part are not touched.
        old = rows.time_s < (day - self._keep_days + _WHOLE_AFTER_DAYS) * DAY_S
        kept = ~old & (column < self._second.shape[1])
        self.too_old += int(np.count_nonzero(old))
        rows, column = rows.part(kept), column[kept]
        pairs = rows.system * _DAYS + rows.time_s // DAY_S
        self._arrivals[day] = np.union1d(self._arrivals.get(day, pairs[:0]), pairs)
        self._arrivals.pop(day - self._keep_days, None)
        np.maximum.at(self._latest_s, rows.system, rows.time_s)
        second = (rows.time_s - first_s) % READING_INTERVAL_S
        cell = rows.system * self._second.shape[1] + column
        bit = np.left_shift(1, second // 60).astype(np.uint16)
        np.bitwise_or.at(self._minutes.ravel(), cell, bit)
        order = np.argsort(cell * READING_INTERVAL_S + second, kind="stable")
        last = np.ones(order.size, bool)
        last[:-1] = cell[order][1:] != cell[order][:-1]
        chosen = order[last]
        chosen = chosen[second[chosen] >= self._second.ravel()[cell[chosen]]]
        self._second.ravel()[cell[chosen]] = second[chosen]
        for values, heard in zip(self._values, rows.values, strict=True):
            values.ravel()[cell[chosen]] = heard[chosen]

    def _make_room(self, day: int) -> None:
        """Move the grid on so that it holds ``day`` and the next, and ``keep_days`` before it."""
        width = self._second.shape[1]
        if self._first_s is None:
            self._first_s = (day - self._keep_days) * DAY_S
        if (day + 2) * DAY_S <= self._first_s + width * READING_INTERVAL_S:
            return
        first_s = (day - self._keep_days) * DAY_S
        gone = min((first_s - self._first_s) // READING_INTERVAL_S, width)
        empty = ((self._values, np.nan), (self._second, _NONE), (self._minutes, 0))
        for array, nothing in empty:
            array[..., : width - gone] = array[..., gone:]
            array[..., width - gone :] = nothing
        self._first_s = first_s

    def block(
        self,
        serials: Sequence[str],
        window_s: tuple[int, int],
        step_s: int,
        fields: Sequence[str],
    ) -> Block:
        """Readings on the grid of ``READING_INTERVAL_S``. Raises ValueError for another grid."""
        if step_s != READING_INTERVAL_S or window_s[0] % READING_INTERVAL_S:
            raise ValueError(f"a record is kept on a grid of {READING_INTERVAL_S} s only")
        block = empty_block(serials, *window_s, step_s, fields)
        first = (window_s[0] - (self._first_s or 0)) // READING_INTERVAL_S
        start, end = max(0, first), min(first + block.steps, self._second.shape[1])
        if self._first_s is None or end <= start:
            return block
        to = slice(start - first, end - first)
        rows = _as_slice([self._row[serial] for serial in serials])
        block.rows[:, to] = np.bitwise_count(self._minutes[rows, start:end])
        for name in fields:
            if name in FIELDS_READ:
                block[name][:, to] = self._values[FIELDS_READ.index(name)][rows, start:end]
        return block

    def arrived(self, window_s: tuple[int, int], after_s: float, until_s: float) -> Arrived:
        """Which UTC days of which serials got readings on receipt days that overlap this span."""
        pairs = [
            pairs
            for day, pairs in self._arrivals.items()
            if (day + 1) * DAY_S > after_s and day * DAY_S < until_s
        ]
        system, day = np.divmod(np.unique(np.concatenate([np.zeros(0, np.int64), *pairs])), _DAYS)
        inside = (day >= window_s[0] // DAY_S) & (day <= (window_s[1] - 1) // DAY_S)
        return Arrived(self._serials, system[inside].astype(np.int32), day[inside])

    def latest(self, serials: Sequence[str]) -> ReadingBatch:
        """The newest reading of each serial that has one, values of those still on the grid."""
        found = []
        for serial in serials:
            time_s = int(self._latest_s[self._row[serial]])
            if time_s >= 0:
                found.append(ReadingBatch.of(serial, [time_s], self._values_at(serial, time_s)))
        return ReadingBatch.concat(found)

    def rows(self, serial: str, start_s: int, end_s: int) -> ReadingBatch:
        """One device's readings in a span, the last of each cell."""
        row, first_s = self._row[serial], self._first_s or 0
        columns = np.flatnonzero(self._second[row] >= 0)
        times = first_s + columns * READING_INTERVAL_S + self._second[row, columns]
        inside = (times >= start_s) & (times < end_s)
        values = np.full((int(inside.sum()), len(FIELDS)), np.nan)
        for i, name in enumerate(FIELDS_READ):
            values[:, FIELD_INDEX[name]] = self._values[i, row, columns[inside]]
        return ReadingBatch.of(serial, times[inside], values)

    def count(self) -> int:
        """Distinct readings on the grid."""
        return int(np.bitwise_count(self._minutes).sum(dtype=np.int64))

    def write(self, batch: ReadingBatch) -> None:
        """Take readings as if each had been received at its own time."""
        code = np.array([self._row[s] for s in batch.serials], np.int64)[batch.serial_code]
        values = batch.values[:, [FIELD_INDEX[n] for n in FIELDS_READ]].T.astype(np.float32)
        rows = Rows(code, batch.time_s, batch.time_s, values)
        for day in np.unique(batch.time_s // DAY_S).tolist():
            self.hear(rows.part(batch.time_s // DAY_S == day), day)

    def close(self) -> None:
        """Nothing is held that needs release."""

    def _values_at(self, serial: str, time_s: int) -> NDArray[np.float64]:
        found = self.rows(serial, time_s, time_s + 1)
        return found.values if len(found) else np.full((1, len(FIELDS)), np.nan)


def _as_slice(rows: Sequence[int]) -> slice | NDArray[np.int64]:
    """Rows that follow one another as a slice, which copies much faster."""
    if rows and list(rows) == list(range(rows[0], rows[0] + len(rows))):
        return slice(rows[0], rows[0] + len(rows))
    return np.array(rows, np.int64)
