"""Columns as a store answers them -> a batch of readings."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.fields import FIELD_INDEX, FIELDS
from collector.domain.reading import ReadingBatch, categorical
from collector.store.port import Arrived

META_FIELDS = ("boot", "sequence", "device_time_s", "received_s", "quality")
"""What is kept of a reading beside its key, its village and its values."""


def batch_of_columns(
    serials: Sequence[str],
    villages: Sequence[str],
    time_s: NDArray[np.int64],
    numbers: Mapping[str, NDArray[np.float64]],
) -> ReadingBatch:
    """Readings of equally long columns; fields that are not among ``numbers`` are missing."""
    values = np.full((time_s.size, len(FIELDS)), np.nan)
    for name in FIELD_INDEX.keys() & numbers.keys():
        values[:, FIELD_INDEX[name]] = numbers[name]
    unknown = np.full(time_s.size, np.nan)
    meta = {name: numbers.get(name, unknown) for name in META_FIELDS}
    quality = np.nan_to_num(meta.pop("quality")).astype(np.int64)
    labels, code = categorical(serials)
    places, place_code = categorical(villages)
    return ReadingBatch(
        serials=labels,
        serial_code=code,
        time_s=time_s,
        values=values,
        quality=quality,
        villages=places,
        village_code=place_code,
        **meta,
    )


def arrived_of_columns(serials: Sequence[str], time_s: NDArray[np.int64]) -> Arrived:
    """Devices and moments of days on which something arrived; the same pair may come twice."""
    labels, code = categorical(serials)
    pairs = np.unique(np.stack([code.astype(np.int64), time_s // DAY_S], axis=1), axis=0)
    return Arrived(labels, pairs[:, 0].astype(np.int32), pairs[:, 1])
