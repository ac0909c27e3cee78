"""What a learner would foresee that is shown every battery's true capacity: the ceiling.

``capacity.parquet`` beside a simulated record holds the truth of some days; no product code but
this scorer reads it. A field record has none, and no ceiling.
"""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analytics.evaluate.record import Record

CAPACITY = "capacity.parquet"
SPAN_DAYS = (28, 56)
LEVELS = (0.75, 0.6, 0.45)
"""Shares of rated capacity between which a home begins to go dark, by its use."""

Numbers = NDArray[np.float64]


def has_capacity(record: Record) -> bool:
    """Whether the truth lies beside the record."""
    return (record.folder / CAPACITY).is_file()


def capacity_features(record: Record) -> Numbers:
    """Capacity now and where its loss leads in 8 weeks, each below some levels, and the losses.

    For every row of the record's forecasts, (rows, 11), from days before each as_of; the last says
    whether the battery is LFP. Raises OSError.
    """
    first, share = _daily(record.folder / CAPACITY, record)
    f = record.forecasts
    end = np.clip(f.as_of - 1 - first, 0, share.shape[1] - 1)
    now = share[f.system, end]
    losses = [share[f.system, np.clip(end - days, 0, None)] - now for days in SPAN_DAYS]
    ahead = now - np.maximum(losses[0] * 2.0, losses[1])
    below = [np.maximum(level - which, 0.0) for which in (now, ahead) for level in LEVELS]
    lfp = np.array([s.battery_chemistry == "lfp" for s in record.registry.systems], np.float64)
    return np.column_stack([now, ahead, *losses, *below, lfp[f.system]])


def _daily(path: Path, record: Record) -> tuple[int, Numbers]:
    """(first day since 1970, share of rated capacity of each system and day, carried forward)."""
    table = pq.read_table(path, columns=["serial", "day", "capacity"])
    row_of = {s.code: row for row, s in enumerate(record.registry.systems)}
    serials = table.column("serial").to_pylist()
    system = np.array([row_of.get(serial, -1) for serial in serials], np.int64)
    day = table.column("day").to_numpy().astype("datetime64[D]").astype(np.int64)
    known = system >= 0
    first = int(day[known].min()) if known.any() else record.end_day
    span = max(record.end_day, int(day[known].max(initial=first))) - first + 1
    share = np.full((len(row_of), span), np.nan)
    share[system[known], day[known] - first] = table.column("capacity").to_numpy()[known]
    filled = np.maximum.accumulate(np.where(np.isfinite(share), np.arange(span), 0), axis=1)
    return first, np.take_along_axis(share, filled, axis=1)
