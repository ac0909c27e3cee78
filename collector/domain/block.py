"""A block: many devices or systems on one regular time grid, NaN where nothing was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_INDEX
from collector.domain.reading import ReadingBatch

READING_INTERVAL_S = 900
"""The programme's reporting interval, and the default step of a block."""


@dataclass(frozen=True, slots=True)
class Block:
    """Values on a grid: ``values[field]`` is float32 of shape (len(labels), steps).

    Column ``j`` covers ``start_s + j * step_s`` up to the next column; of several readings in one
    cell the last by time stands. ``rows`` counts the readings that fell into each cell.
    """

    labels: tuple[str, ...]
    start_s: int
    step_s: int
    values: Mapping[str, NDArray[np.float32]]
    rows: NDArray[np.int16]

    @property
    def steps(self) -> int:
        """Number of columns."""
        return int(self.rows.shape[1])

    @property
    def time_s(self) -> NDArray[np.int64]:
        """Start of every column, UTC seconds."""
        return self.start_s + self.step_s * np.arange(self.steps, dtype=np.int64)

    def __getitem__(self, field: str) -> NDArray[np.float32]:
        return self.values[field]


def empty_block(
    labels: Sequence[str], start_s: int, end_s: int, step_s: int, fields: Sequence[str]
) -> Block:
    """A block without a single reading."""
    shape = (len(labels), max(0, -(-(end_s - start_s) // step_s)))
    return Block(
        tuple(labels),
        start_s,
        step_s,
        {f: np.full(shape, np.nan, np.float32) for f in fields},
        np.zeros(shape, np.int16),
    )


def block_of(
    batch: ReadingBatch,
    labels: Sequence[str],
    window_s: tuple[int, int],
    step_s: int,
    fields: Sequence[str],
) -> Block:
    """Lay a batch's readings on a grid; ``window_s`` is (start, end), rows outside are left out."""
    block = empty_block(labels, *window_s, step_s, fields)
    if not len(batch) or not labels:
        return block
    position = {label: i for i, label in enumerate(labels)}
    row_of = np.array([position.get(s, -1) for s in batch.serials], np.int64)
    row = row_of[batch.serial_code]
    inside = (row >= 0) & (batch.time_s >= window_s[0]) & (batch.time_s < window_s[1])
    order = np.flatnonzero(inside)
    order = order[np.argsort(batch.time_s[order], kind="stable")]
    row, column = row[order], (batch.time_s[order] - window_s[0]) // step_s
    for name in fields:
        block.values[name][row, column] = batch.values[order, FIELD_INDEX[name]]
    np.add.at(block.rows, (row, column), 1)
    return block
