"""Readings in columns: the one shape in which telemetry moves from the wire to the stores."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELDS


class Quality(IntFlag):
    """What the collector found odd about a reading; stored with it, never silently repaired."""

    OUT_OF_RANGE = 1
    """A field lay outside its physical range and is stored as missing."""
    CLOCK_REBUILT = 2
    """The device's clock was wrong: the time is rebuilt from sequence and receive time."""
    NO_SEQUENCE = 4
    """The publisher numbers nothing: the reading is known by serial and time alone."""


def _no_text() -> tuple[str, ...]:
    return ("",)


@dataclass(slots=True)
class ReadingBatch:
    """``n`` readings as columns. Missing numbers are NaN.

    Serials and villages are categorical: row ``i`` is of ``serials[serial_code[i]]``.
    ``time_s`` is the key's time (UTC, whole seconds); ``device_time_s`` is what the device said.
    ``values`` has shape (n, len(FIELDS)) in the order and the units of the field table.
    """

    serials: tuple[str, ...]
    serial_code: NDArray[np.int32]
    time_s: NDArray[np.int64]
    values: NDArray[np.float64]
    boot: NDArray[np.float64]
    sequence: NDArray[np.float64]
    device_time_s: NDArray[np.float64]
    received_s: NDArray[np.float64]
    quality: NDArray[np.int64]
    villages: tuple[str, ...] = field(default_factory=_no_text)
    village_code: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def __post_init__(self) -> None:
        if self.village_code.size != self.time_s.size:
            self.village_code = np.zeros(self.time_s.size, np.int32)

    def __len__(self) -> int:
        return int(self.time_s.size)

    @classmethod
    def of(
        cls,
        serial: str,
        time_s: Sequence[int] | NDArray[np.int64],
        values: NDArray[np.float64],
        *,
        boot: float = np.nan,
        first_sequence: float = np.nan,
        received_s: float = np.nan,
    ) -> Self:
        """One serial's rows; sequence numbers count on from ``first_sequence``."""
        times = np.asarray(time_s, np.int64)
        rows = times.size
        return cls(
            serials=(serial,),
            serial_code=np.zeros(rows, np.int32),
            time_s=times,
            values=np.asarray(values, np.float64).reshape(rows, len(FIELDS)),
            boot=np.full(rows, boot, np.float64),
            sequence=first_sequence + np.arange(rows, dtype=np.float64),
            device_time_s=times.astype(np.float64),
            received_s=np.full(rows, received_s, np.float64),
            quality=np.zeros(rows, np.int64),
        )

    @classmethod
    def empty(cls) -> Self:
        """No readings."""
        none = np.zeros(0)
        return cls(
            (),
            np.zeros(0, np.int32),
            np.zeros(0, np.int64),
            np.zeros((0, len(FIELDS))),
            none,
            none.copy(),
            none.copy(),
            none.copy(),
            np.zeros(0, np.int64),
        )

    @classmethod
    def concat(cls, batches: Sequence["ReadingBatch"]) -> "ReadingBatch":
        """All rows in the order given; equal serials and villages are merged."""
        batches = [b for b in batches if len(b)]
        if not batches:
            return cls.empty()
        if len(batches) == 1:
            return batches[0]
        serials, serial_code = _merge([(b.serials, b.serial_code) for b in batches])
        villages, village_code = _merge([(b.villages, b.village_code) for b in batches])
        return cls(
            serials,
            serial_code,
            np.concatenate([b.time_s for b in batches]),
            np.concatenate([b.values for b in batches]),
            np.concatenate([b.boot for b in batches]),
            np.concatenate([b.sequence for b in batches]),
            np.concatenate([b.device_time_s for b in batches]),
            np.concatenate([b.received_s for b in batches]),
            np.concatenate([b.quality for b in batches]),
            villages,
            village_code,
        )

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "ReadingBatch":
        """The rows picked by a mask, by positions, or by a slice, which copies nothing."""
        return ReadingBatch(
            self.serials,
            self.serial_code[rows],
            self.time_s[rows],
            self.values[rows],
            self.boot[rows],
            self.sequence[rows],
            self.device_time_s[rows],
            self.received_s[rows],
            self.quality[rows],
            self.villages,
            self.village_code[rows],
        )

    def last_of_each_key(self) -> "ReadingBatch":
        """Drop earlier rows of the same (serial, second): a store keeps the last write."""
        key = np.lexsort((self.time_s, self.serial_code))  # stable: equal ones stay in order
        code, time_s = self.serial_code[key], self.time_s[key]
        last = np.ones(len(self), bool)
        last[:-1] = (code[1:] != code[:-1]) | (time_s[1:] != time_s[:-1])
        return self if last.all() else self.take(np.sort(key[last]))


def categorical(labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Labels as (distinct labels in order of appearance, code of each).

    Fast where equal labels stand together: only the first of each run is looked at.
    """
    every = np.array(labels, object)
    first = np.ones(every.size, bool)
    first[1:] = every[1:] != every[:-1]
    starts = np.flatnonzero(first)
    position: dict[str, int] = {}
    code = np.array([position.setdefault(x, len(position)) for x in every[starts]], np.int32)
    return tuple(position), np.repeat(code, np.diff(starts, append=every.size))


def _merge(
    parts: Sequence[tuple[tuple[str, ...], NDArray[np.int32]]],
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Re-code several categorical columns onto one list of labels."""
    position: dict[str, int] = {}
    codes = []
    for labels, code in parts:
        lookup = np.array([position.setdefault(x, len(position)) for x in labels], np.int32)
        codes.append(lookup[code])
    return tuple(position), np.concatenate(codes)
