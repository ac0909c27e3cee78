"""Readings as named fields in physical units: the simple form, for a first device or a script."""

import math
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from collector.domain.fields import FIELD_INDEX, FIELD_NAMES, FIELDS
from collector.domain.reading import ReadingBatch, categorical
from collector.wire.condensed import LONGEST_SERIAL, Count, Serial
from collector.wire.decoded import HIGHEST_COUNT, UNPRINTABLE, Decoded, is_number, numbers_of
from collector.wire.times import many_to_seconds, to_seconds

_Known = msgspec.defstruct(
    "_Known",
    [(name, float, math.nan) for name in FIELD_NAMES],
    forbid_unknown_fields=True,
    gc=False,
)
"""Fields of the table in its order, numbers all; one left out is NaN."""


class Named(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """The usual object of named fields; decoding into it checks every name and type at once."""

    sn: Serial
    ts: int | float
    d: _Known  # pyright: ignore[reportInvalidTypeForm]: made of the table of fields
    b: Count | None = None
    rc: Count | None = None


_NAMED_JSON = msgspec.json.Decoder(Named | list[Named])


def usual_named(data: bytes) -> Named | list[Named] | None:
    """Objects of named fields in JSON, checked and built in one go; None for anything else."""
    try:
        message = _NAMED_JSON.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return message


def decode_named(messages: Sequence[Named], names: int, into: Decoded) -> None:
    """Add the readings of many at once; where one cannot be taken, all are rejected.

    ``names`` is how many names their bytes have: of one given twice the first would vanish unseen.
    """
    many = len(messages)
    boot = np.array([m.b for m in messages], np.float64)
    sequence = np.array([m.rc for m in messages], np.float64)
    numbers = names - 3 * many - np.isfinite(boot).sum() - np.isfinite(sequence).sum()
    values = _values(messages, _columns_of(messages[0], messages[-1]))
    if (~np.isnan(values)).sum() != numbers:
        values = _values(messages, list(range(len(FIELDS))))
    known = ~np.isnan(values)
    times_s = many_to_seconds([m.ts for m in messages])
    serials, code = categorical([m.sn for m in messages])
    if known.sum() != numbers:
        into.reject("a name that stands twice", many)
    elif np.isnan(times_s).any() or not known.any(axis=1).all():
        into.reject("no usable time or no field that we know", many)
    elif not all(map(str.isprintable, serials)):
        into.reject(UNPRINTABLE, many)
    else:
        time_s = np.floor(times_s).astype(np.int64)
        into.add(
            ReadingBatch(
                serials=serials,
                serial_code=code,
                time_s=time_s,
                values=values,
                boot=boot,
                sequence=sequence,
                device_time_s=time_s.astype(np.float64),
                received_s=np.full(many, np.nan),
                quality=np.zeros(many, np.int64),
            )
        )


def _columns_of(*messages: Named) -> list[int]:
    """Fields that any of these has, two at least; most devices of a fleet have the same."""
    said = np.array([astuple(m.d) for m in messages], np.float64)
    heard = set(np.flatnonzero((~np.isnan(said)).any(axis=0)).tolist())
    return sorted(heard | {0, 1})


def _values(messages: Sequence[Named], columns: list[int]) -> NDArray[np.float64]:
    """Values of these columns, two at least, NaN in all others; shape (messages, fields)."""
    there = attrgetter(*(FIELD_NAMES[column] for column in columns))
    numbers = chain.from_iterable([there(m.d) for m in messages])
    values = np.full((len(messages), len(FIELDS)), np.nan)
    found = np.fromiter(numbers, np.float64, len(messages) * len(columns))
    values[:, columns] = found.reshape(len(messages), len(columns))
    return values


def values_of(fields: dict[str, Any]) -> tuple[np.ndarray, list[str]]:
    """(values of shape (len(FIELDS),), names whose value is no number).

    Names outside the field table are passed over: a device may send more than we keep.
    """
    values = np.full(len(FIELDS), np.nan)
    wrong = []
    for name, value in fields.items():
        column = FIELD_INDEX.get(name)
        if column is None or value is None:
            continue
        if is_number(value):
            values[column] = _float(value)
        else:
            wrong.append(name)
    return values, wrong


def add_named(
    serial: object, stamp: object, fields: object, into: Decoded, **numbered: Any
) -> None:
    """Add one reading of named fields, or reject it with the reason.

    ``numbered`` may hold ``b`` and ``rc`` as in the condensed form.
    """
    time_s = to_seconds(stamp)
    if not isinstance(serial, str) or not 0 < len(serial) <= LONGEST_SERIAL or time_s is None:
        into.reject("no serial, one that is too long, or no time")
        return
    if not serial.isprintable():
        into.reject(UNPRINTABLE)
        return
    if not isinstance(fields, dict):
        into.reject("the named fields are no object")
        return
    boot, sequence = (_count(numbered.get(k)) for k in ("b", "rc"))
    if boot is None or sequence is None:
        into.reject("the boot or sequence number is no count")
        return
    values, wrong = values_of(fields)
    if wrong:
        said = f"no number: {', '.join(sorted(wrong))}"[:200]
        into.reject(said, 1, numbers_of(serial, boot, sequence, 1))
        return
    if np.isnan(values).all():
        into.reject("no field that we know", 1, numbers_of(serial, boot, sequence, 1))
        return
    into.add(
        ReadingBatch.of(serial, [math.floor(time_s)], values, boot=boot, first_sequence=sequence)
    )


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _count(value: object) -> float | None:
    """A number of the condensed form's range, NaN where none is given, None for anything else."""
    if value is None:
        return math.nan
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST_COUNT:
        return None
    return float(value)
