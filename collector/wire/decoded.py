"""What decoding a message yields: the readings, and what could not be read."""

from dataclasses import dataclass, field

import numpy as np

from collector.domain.fields import FIELDS
from collector.domain.reading import Quality, ReadingBatch

HIGHEST_COUNT = 2**53
"""Highest boot or sequence number: above it a float no longer tells neighbours apart."""
UNPRINTABLE = "a serial of characters that cannot be printed"
"""No registry has such a serial, and not every database takes a NUL or half a surrogate pair."""
MAX_REASONS = 20
"""Different reasons noted for one message: each is kept with the whole message, so a message
made of nothing but different faults must not multiply itself."""
_FURTHER = "further reasons"


@dataclass(frozen=True, slots=True)
class Reject:
    """Readings of a message that could not be read, and why."""

    reason: str
    readings: int
    unnumbered: int = 0
    """Those of them whose number is not known, so that they can only be counted as they come."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Numbers (no values) of rejected readings; ``again``: they are to be sent in another form."""

    rows: ReadingBatch
    again: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Numbers, first and last of each run, that the sender has given up, and why."""

    serial: str
    boot: int
    numbers: tuple[tuple[int, int], ...]
    why: str


@dataclass(slots=True)
class Decoded:
    """Readings of one message in columns, and its rejects. Both may be empty, never lost."""

    batches: list[ReadingBatch] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def add(self, batch: ReadingBatch) -> None:
        """Take rows in; readings without a sequence number are marked so."""
        if len(batch):
            batch.quality[np.isnan(batch.sequence)] |= Quality.NO_SEQUENCE
            self.batches.append(batch)

    def reject(
        self,
        reason: str,
        readings: int = 1,
        rows: ReadingBatch | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Note readings that cannot be taken; equal reasons are counted together.

        ``rows`` are those of them whose numbers are known, ``again`` as in Unread.
        """
        numbered = 0
        if rows is not None:
            numbered = int((np.isfinite(rows.sequence) & np.isfinite(rows.boot)).sum())
            self.unread.append(Unread(rows, again))
        self._count(reason, readings, readings - numbered)

    def _count(self, reason: str, readings: int, unnumbered: int) -> None:
        for i, known in enumerate(self.rejects):
            if known.reason == reason:
                self.rejects[i] = Reject(
                    reason, known.readings + readings, known.unnumbered + unnumbered
                )
                return
        if len(self.rejects) < MAX_REASONS or reason == _FURTHER:
            self.rejects.append(Reject(reason, readings, unnumbered))
        else:
            self._count(_FURTHER, readings, unnumbered)

    @property
    def batch(self) -> ReadingBatch:
        """All readings of the message."""
        return ReadingBatch.concat(self.batches)


def numbers_of(serial: str, boot: float | None, first: float | None, rows: int) -> ReadingBatch:
    """So many readings of which only the numbers matter; NaN where there are none."""
    return ReadingBatch.of(
        serial,
        np.zeros(rows, np.int64),
        np.full((rows, len(FIELDS)), np.nan),
        boot=np.nan if boot is None else boot,
        first_sequence=np.nan if first is None else first,
    )


def is_number(value: object) -> bool:
    """A real number of the wire: not a boolean, not text."""
    return isinstance(value, int | float) and not isinstance(value, bool)
