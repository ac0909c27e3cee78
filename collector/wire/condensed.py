"""The condensed form: a serial, a base time, rows of scaled integers in a format's order."""

import math
from collections.abc import Sequence
from itertools import chain, groupby, zip_longest
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELDS
from collector.domain.reading import Quality, ReadingBatch, categorical
from collector.wire.decoded import HIGHEST_COUNT, UNPRINTABLE, Decoded, is_number, numbers_of
from collector.wire.formats import DataFormat, data_formats
from collector.wire.times import to_seconds

MAX_ROWS = 2000
"""Rows a message may carry; a larger one is refused whole and asked for again."""
LONGEST_SERIAL = 64
_MAX_TIME_S = 2.0**40

Row = list[float | None]
Serial = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_SERIAL)]
Count = Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_COUNT)]


class Condensed(msgspec.Struct, gc=False):
    """A well-formed condensed object; decoding into it checks every type at once."""

    sn: Serial
    df: int
    ts: int | float
    hd: list[Row]
    b: Count | None = None
    rc: Count | None = None
    tq: Literal[0, 1] = 0


def decode_condensed(
    messages: Sequence[Condensed], into: Decoded, bad: NDArray[np.bool_] | None = None
) -> None:
    """Add the rows of messages, or reject those that do not fit their format.

    Neighbours of one format are decoded at once: a gateway's batch has many serials of few rows.
    ``bad`` (shape (rows,), for a single message) marks rows that were rejected already and are
    empty here.
    """
    for number, run in groupby(messages, attrgetter("df")):
        form = data_formats().get(number)
        readable = []
        for message in run:
            rows = len(message.hd) - (0 if bad is None else int(bad.sum()))
            if not message.sn.isprintable():
                into.reject(UNPRINTABLE, max(1, rows))
            elif form is None:
                said = f"unknown data format {number}"[:60]
                into.reject(said, max(1, rows), _numbers(message, bad))
            elif to_seconds(message.ts) is None:
                into.reject("no usable base time", max(1, rows), _numbers(message, bad))
            elif not message.hd:
                into.reject("message without a row")
            else:
                readable.append(message)
        if form is not None and readable:
            _add_rows(readable, form, into, bad)


def _add_rows(
    messages: Sequence[Condensed], form: DataFormat, into: Decoded, bad: NDArray[np.bool_] | None
) -> None:
    """Decode messages of one format, each with a usable base time and at least one row."""
    counts = np.array([len(m.hd) for m in messages])
    rows = int(counts.sum())
    bad = np.zeros(rows, bool) if bad is None else bad
    hd, too_long = _within(list(chain.from_iterable(m.hd for m in messages)), 1 + len(form.fields))
    # Columns are padded with None, so trailing fields may be left out; None becomes NaN.
    table = np.array(list(zip_longest(*hd)), dtype=np.float64).reshape(-1, rows)
    base_s = _repeated([to_seconds(m.ts) for m in messages], counts)
    time_s = base_s + (table[0] if len(table) else np.full(rows, np.nan))
    usable = np.abs(time_s) < _MAX_TIME_S
    values = np.full((rows, len(FIELDS)), np.nan)
    width = max(0, len(table) - 1)
    values[:, form.column[:width]] = (table[1:] / form.divisor[:width, None]).T
    batch = _batch(messages, counts, np.floor(np.where(usable, time_s, 0)).astype(np.int64), values)
    odd = {
        f"more values than data format {form.number} has": too_long,
        "row without a time offset": ~usable & ~bad & ~too_long,
    }
    for reason, which in odd.items():
        if which.any():
            into.reject(reason, int(which.sum()), batch.take(which))
    into.add(batch if usable.all() else batch.take(usable))


def _batch(
    messages: Sequence[Condensed],
    counts: NDArray[np.int64],
    time_s: NDArray[np.int64],
    values: NDArray[np.float64],
) -> ReadingBatch:
    """Rows with the serial, boot and sequence of the message each came in."""
    serials, code = categorical([m.sn for m in messages])
    first_row = np.repeat(np.cumsum(counts) - counts, counts)
    in_message = np.arange(time_s.size) - first_row
    return ReadingBatch(
        serials=serials,
        serial_code=np.repeat(code, counts),
        time_s=time_s,
        values=values,
        boot=_repeated([m.b for m in messages], counts),
        sequence=_repeated([m.rc for m in messages], counts) + in_message,
        device_time_s=time_s.astype(np.float64),
        received_s=np.full(time_s.size, np.nan),
        quality=np.repeat([m.tq * Quality.CLOCK_REBUILT for m in messages], counts),
    )


def _numbers(message: Condensed, bad: NDArray[np.bool_] | None) -> ReadingBatch:
    """The numbers of a message's rows that are not bad."""
    rows = numbers_of(message.sn, message.b, message.rc, len(message.hd))
    return rows if bad is None else rows.take(~bad)


def _repeated(numbers: Sequence[float | None], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number of each message for every row of it; None becomes NaN."""
    return np.repeat(np.array(numbers, np.float64), counts)


def salvage_condensed(entry: dict[str, Any], into: Decoded) -> None:
    """Read a condensed object that is not well-formed: keep its good rows, reject the others."""
    hd = entry.get("hd")
    if not isinstance(hd, list) or not hd:
        into.reject("hd is not a list of rows")
        return
    bad = np.array([not _is_row(row) for row in hd])
    kept = [[] if b else [_as_float(v) for v in row] for row, b in zip(hd, bad, strict=True)]
    try:
        head = {k: entry[k] for k in ("sn", "df", "ts", "b", "rc", "tq") if k in entry}
        message = msgspec.convert({**head, "hd": kept}, Condensed)
    except msgspec.ValidationError as error:
        into.reject(f"condensed message: {error}"[:200], len(hd))
        return
    if not message.sn.isprintable():
        into.reject(UNPRINTABLE, len(hd))
        return
    if bad.any():
        into.reject("a value that is no number", int(bad.sum()), _numbers(message, ~bad))
    if not bad.all():
        decode_condensed([message], into, bad)


def _within(hd: list[Row], longest: int) -> tuple[list[Row], NDArray[np.bool_]]:
    """The rows with those of too many values emptied, and which they were."""
    too_long = np.fromiter(map(len, hd), np.int64, len(hd)) > longest
    if too_long.any():
        hd = [[] if long else row for row, long in zip(hd, too_long, strict=True)]
    return hd, too_long


def _is_row(row: object) -> bool:
    return isinstance(row, list) and all(v is None or is_number(v) for v in row)


def _as_float(value: float | None) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:
        return math.inf
