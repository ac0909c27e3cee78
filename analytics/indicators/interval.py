"""Devices that report less often than the grid has cells: a reading stands for its own interval."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.masked import count
from collector.domain.block import Block

Floats = NDArray[np.float32]

WIDEST_CELLS = 4
"""An hour on the grid of quarters: beyond it a reading no longer says what its interval was [K]."""
CROWDED = 0.3
"""Share of readings with another one nearer than an interval: above, it is not the interval. A
clock that sways over a cell's edge makes a quarter of them so; a bad link of a quick device, more
[K]."""
MOVING = "pv_current_a"
"""Between two readings the sun moves on, and the panel's current with it; lamps and switches stay,
and voltages are compared with each other as of one moment [K]."""


def cells_per_reading(rows: NDArray[np.integer]) -> NDArray[np.int64]:
    """How many cells each system's readings lie apart: 1, 2 or 4, shape (systems,).

    ``rows`` (systems, steps) counts the readings of each cell.
    """
    heard = rows > 0
    most = CROWDED * count(heard)
    some = most > 0.0
    apart = np.ones(heard.shape[0], np.int64)
    apart[some & (_followed(heard, 1) <= most)] = 2
    apart[some & (_followed(heard, 3) <= most)] = WIDEST_CELLS
    return apart


def _followed(heard: NDArray[np.bool_], cells: int) -> Floats:
    """How many readings have another within so many cells after them, shape (systems,)."""
    after = np.zeros_like(heard)
    for shift in range(1, cells + 1):
        after[:, :-shift] |= heard[:, shift:]
    return count(heard & after)


def held(block: Block) -> Block:
    """The block with each reading standing until its device's next one is due.

    Only cells without a reading are filled, and never further than the device's own interval: a
    lost reading stays lost. The panel's current goes straight to the next reading, where that came
    in time. ``rows`` still counts what was reported.
    """
    apart = cells_per_reading(block.rows)
    slow = np.flatnonzero(apart > 1)
    if not slow.size:
        return block
    heard = block.rows[slow] > 0
    place = _source(heard, apart[slow])
    values = {}
    for field, measured in block.values.items():
        values[field] = measured.copy("K")
        values[field][slow] = np.take_along_axis(measured[slow], place, axis=1)
    if MOVING in values:
        values[MOVING][slow] = _towards_next(values[MOVING][slow], heard, apart[slow])
    return Block(block.labels, block.start_s, block.step_s, values, block.rows)


def _source(heard: NDArray[np.bool_], apart: NDArray[np.int64]) -> NDArray[np.int64]:
    """The column whose reading stands in each cell: its own where none is near enough before."""
    columns = np.arange(heard.shape[1])
    last = np.maximum.accumulate(np.where(heard, columns, -WIDEST_CELLS), axis=1)
    near = columns - last < apart[:, None]
    return np.where(near, last, columns)


def _towards_next(current: Floats, heard: NDArray[np.bool_], apart: NDArray[np.int64]) -> Floats:
    """Held values moved on to the next reading's by the share of the way that is gone."""
    columns, end = np.arange(heard.shape[1]), heard.shape[1]
    last = np.maximum.accumulate(np.where(heard, columns, -end), axis=1)
    next_ = np.minimum.accumulate(np.where(heard, columns, 2 * end)[:, ::-1], axis=1)[:, ::-1]
    apart_now = next_ - last
    there = (last >= 0) & (apart_now > 0) & (apart_now <= apart[:, None])
    after = np.take_along_axis(current, np.minimum(next_, end - 1), axis=1)
    way = np.where(there & np.isfinite(after), (columns - last) / np.maximum(apart_now, 1), 0.0)
    return (current + way * (np.where(way > 0, after, current) - current)).astype(np.float32)
