"""Readings as named fields in physical units: the simple form, for a first device or a script."""

import math
from typing import Any

import numpy as np

from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch
from collector.wire.decoded import HIGHEST_COUNT, Decoded, is_number
from collector.wire.times import to_seconds


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
    if not isinstance(serial, str) or not serial or time_s is None:
        into.reject("no serial or no time")
        return
    if not isinstance(fields, dict):
        into.reject("the named fields are no object")
        return
    values, wrong = values_of(fields)
    if wrong:
        into.reject(f"no number: {', '.join(sorted(wrong))}"[:200])
        return
    if np.isnan(values).all():
        into.reject("no field that we know")
        return
    boot, sequence = (_count(numbered.get(k)) for k in ("b", "rc"))
    if boot is None or sequence is None:
        into.reject("the boot or sequence number is no count")
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
