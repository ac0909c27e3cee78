"""The condensed form: a serial, a base time, rows of scaled integers in a format's order."""

import math
from itertools import zip_longest
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.wire.decoded import HIGHEST_COUNT, Decoded, is_number
from collector.wire.formats import data_formats
from collector.wire.times import to_seconds

MAX_ROWS = 2000
"""Rows a message may carry; a larger one is refused whole and asked for again."""
LONGEST_SERIAL = 64
_MAX_TIME_S = 2.0**40

Row = list[float | None]
Serial = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_SERIAL)]
Count = Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_COUNT)]


class Condensed(msgspec.Struct):
    """A well-formed condensed object; decoding into it checks every type at once."""

    sn: Serial
    df: int
    ts: int | float
    hd: list[Row]
    b: Count | None = None
    rc: Count | None = None


def decode_condensed(
    message: Condensed, into: Decoded, bad: NDArray[np.bool_] | None = None
) -> None:
    """Add a message's rows, or reject those that do not fit its format.

    ``bad`` (shape (rows,)) marks rows that were rejected already and are empty here.
    """
    rows = len(message.hd)
    bad = np.zeros(rows, bool) if bad is None else bad
    form = data_formats().get(message.df)
    base_s = to_seconds(message.ts)
    if form is None or base_s is None:
        reason = "no usable base time" if form else f"unknown data format {message.df}"[:60]
        into.reject(reason, max(1, rows - int(bad.sum())))
        return
    if not rows:
        into.reject("message without a row")
        return
    hd, too_long = _within(message.hd, 1 + len(form.fields))
    if too_long.any():
        into.reject(f"more values than data format {form.number} has", int(too_long.sum()))
        bad = bad | too_long
    # Columns are padded with None, so trailing fields may be left out; None becomes NaN.
    table = np.array(list(zip_longest(*hd)), dtype=np.float64).reshape(-1, rows)
    time_s = base_s + (table[0] if len(table) else np.full(rows, np.nan))
    usable = np.abs(time_s) < _MAX_TIME_S
    if untimed := int((~usable & ~bad).sum()):
        into.reject("row without a time offset", untimed)
    values = np.full((rows, len(FIELDS)), np.nan)
    width = max(0, len(table) - 1)
    values[:, form.column[:width]] = (table[1:] / form.divisor[:width, None]).T
    batch = ReadingBatch.of(
        message.sn,
        np.floor(np.where(usable, time_s, 0)).astype(np.int64),
        values,
        boot=math.nan if message.b is None else message.b,
        first_sequence=math.nan if message.rc is None else message.rc,
    )
    into.add(batch if usable.all() else batch.take(usable))


def salvage_condensed(entry: dict[str, Any], into: Decoded) -> None:
    """Read a condensed object that is not well-formed: keep its good rows, reject the others."""
    hd = entry.get("hd")
    if not isinstance(hd, list) or not hd:
        into.reject("hd is not a list of rows")
        return
    bad = np.array([not _is_row(row) for row in hd])
    kept = [[] if b else [_as_float(v) for v in row] for row, b in zip(hd, bad, strict=True)]
    try:
        head = {k: entry[k] for k in ("sn", "df", "ts", "b", "rc") if k in entry}
        message = msgspec.convert({**head, "hd": kept}, Condensed)
    except msgspec.ValidationError as error:
        into.reject(f"condensed message: {error}"[:200], len(hd))
        return
    if bad.any():
        into.reject("a value that is no number", int(bad.sum()))
    if not bad.all():
        decode_condensed(message, into, bad)


def _within(hd: list[Row], longest: int) -> tuple[list[Row], NDArray[np.bool_]]:
    """The rows with those of too many values emptied, and which they were."""
    too_long = np.array([len(row) > longest for row in hd])
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
