"""Rows of many systems put into messages, the way devices and gateways send their backlog."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from collector.domain.reading import ReadingBatch
from collector.wire.encode import encode_message
from device_sim.message import Message

MOST_ROWS = 2000
"""Rows a message may carry on the wire."""


@dataclass(slots=True)
class Packer:
    """Fills one publisher's messages; all rows of a message share a data format."""

    publisher: str
    data_format: int = 0
    rows: int = 0
    batches: list[ReadingBatch] = field(default_factory=list)

    def add(self, batch: ReadingBatch, data_format: int) -> Iterator[Message]:
        """Take rows of one serial and boot; gives the messages that became full."""
        for start in range(0, len(batch), MOST_ROWS):
            part = batch
            if len(batch) > MOST_ROWS:
                part = slice_of(batch, start, start + MOST_ROWS)
            if self.rows + len(part) > MOST_ROWS or data_format != self.data_format:
                yield from self.flush()
            self.data_format = data_format
            self.batches.append(part)
            self.rows += len(part)

    def flush(self) -> Iterator[Message]:
        """Give what is left as a message, if anything is."""
        if self.batches:
            payload = encode_message(self.batches, self.data_format)
            yield Message(self.publisher, payload, self.rows, _last_of(self.batches[-1]))
        self.batches, self.rows = [], 0


def _last_of(batch: ReadingBatch) -> tuple[str, int, int] | None:
    if not np.isfinite(batch.sequence[-1]):
        return None
    return batch.serials[batch.serial_code[-1]], int(batch.boot[-1]), int(batch.sequence[-1])


def slice_of(batch: ReadingBatch, start: int, end: int) -> ReadingBatch:
    """Rows ``start`` to ``end`` of one serial's batch, without copying."""
    rows = slice(start, end)
    return ReadingBatch(
        batch.serials,
        batch.serial_code[rows],
        batch.time_s[rows],
        batch.values[rows],
        batch.boot[rows],
        batch.sequence[rows],
        batch.device_time_s[rows],
        batch.received_s[rows],
        batch.quality[rows],
    )
