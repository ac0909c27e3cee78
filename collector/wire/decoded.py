"""What decoding a message yields: the readings, and what could not be read."""

from dataclasses import dataclass, field

import numpy as np

from collector.domain.reading import Quality, ReadingBatch

HIGHEST_COUNT = 2**53
"""Highest boot or sequence number: above it a float no longer tells neighbours apart."""
MAX_REASONS = 20
"""Different reasons noted for one message: each is kept with the whole message, so a message
made of nothing but different faults must not multiply itself."""
_FURTHER = "further reasons"


@dataclass(frozen=True, slots=True)
class Reject:
    """Readings of a message that could not be read, and why."""

    reason: str
    readings: int


@dataclass(slots=True)
class Decoded:
    """Readings of one message in columns, and its rejects. Both may be empty, never lost."""

    batches: list[ReadingBatch] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def add(self, batch: ReadingBatch) -> None:
        """Take rows in; readings without a sequence number are marked so."""
        if len(batch):
            batch.quality[np.isnan(batch.sequence)] |= Quality.NO_SEQUENCE
            self.batches.append(batch)

    def reject(self, reason: str, readings: int = 1) -> None:
        """Note readings that cannot be taken; equal reasons are counted together."""
        for i, known in enumerate(self.rejects):
            if known.reason == reason:
                self.rejects[i] = Reject(reason, known.readings + readings)
                return
        if len(self.rejects) < MAX_REASONS or reason == _FURTHER:
            self.rejects.append(Reject(reason, readings))
        else:
            self.reject(_FURTHER, readings)

    @property
    def batch(self) -> ReadingBatch:
        """All readings of the message."""
        return ReadingBatch.concat(self.batches)


def is_number(value: object) -> bool:
    """A real number of the wire: not a boolean, not text."""
    return isinstance(value, int | float) and not isinstance(value, bool)
