"""One reading as the gateway holds it, and many of them as the wire wants them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch


@dataclass(frozen=True, slots=True)
class Measured:
    """What one device said at one moment: fields by name, in the units of the field table."""

    serial: str
    time_s: int
    data_format: int
    fields: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """A measured reading in the outbox, numbered for good."""

    row: int
    boot: int
    sequence: int
    reading: Measured


def batches(rows: Sequence[Kept]) -> list[ReadingBatch]:
    """Readings of one data format as wire batches: one serial, one boot, no hole in each."""
    ordered = sorted(rows, key=lambda r: (r.reading.serial, r.boot, r.sequence))
    return [_batch(run) for run in _runs(ordered)]


def _runs(rows: Sequence[Kept]) -> Iterator[list[Kept]]:
    """Split where the serial, the boot or the count of the sequence breaks off."""
    unbroken = groupby(
        enumerate(rows), key=lambda p: (p[1].reading.serial, p[1].boot, p[1].sequence - p[0])
    )
    for _, run in unbroken:
        yield [kept for _, kept in run]


def _batch(run: Sequence[Kept]) -> ReadingBatch:
    values = np.full((len(run), len(FIELDS)), np.nan)
    for i, kept in enumerate(run):
        for name, value in kept.reading.fields.items():
            if name in FIELD_INDEX:
                values[i, FIELD_INDEX[name]] = value
    first = run[0]
    return ReadingBatch.of(
        first.reading.serial,
        [kept.reading.time_s for kept in run],
        values,
        boot=first.boot,
        first_sequence=first.sequence,
    )
