"""One reading as the gateway holds it, and many of them as the wire wants them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import Quality, ReadingBatch


@dataclass(frozen=True, slots=True)
class Measured:
    """What one device said at one moment: fields by name, in the units of the field table."""

    serial: str
    time_s: int
    data_format: int
    fields: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kept:
    """A measured reading in the outbox, numbered for good; its time may be a guess."""

    row: int
    boot: int
    sequence: int
    reading: Measured
    guessed: bool = False


class Run(NamedTuple):
    """Numbers ``first`` to ``last`` of one serial and boot, both included."""

    serial: str
    boot: int
    first: int
    last: int


def batches(rows: Sequence[Kept]) -> list[tuple[ReadingBatch, int]]:
    """Readings as wire batches with their data formats: one serial, one boot, no hole in each."""
    ordered = sorted(rows, key=lambda r: (r.reading.serial, r.boot, r.sequence))
    return [(_batch(run), run[0].reading.data_format) for run in _runs(ordered)]


def _runs(rows: Sequence[Kept]) -> Iterator[list[Kept]]:
    """Split where the serial, boot, format or kind of time changes or the count breaks off."""
    unbroken = groupby(enumerate(rows), key=lambda p: (*_kind(p[1]), p[1].sequence - p[0]))
    for _, run in unbroken:
        yield [kept for _, kept in run]


def _kind(kept: Kept) -> tuple[str, int, int, bool]:
    return kept.reading.serial, kept.boot, kept.reading.data_format, kept.guessed


def _batch(run: Sequence[Kept]) -> ReadingBatch:
    values = np.full((len(run), len(FIELDS)), np.nan)
    for i, kept in enumerate(run):
        for name, value in kept.reading.fields.items():
            if name in FIELD_INDEX:
                values[i, FIELD_INDEX[name]] = value
    first = run[0]
    batch = ReadingBatch.of(
        first.reading.serial,
        [kept.reading.time_s for kept in run],
        values,
        boot=first.boot,
        first_sequence=first.sequence,
    )
    batch.quality[:] = Quality.CLOCK_REBUILT if first.guessed else 0
    return batch
