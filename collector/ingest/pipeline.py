"""The ingest of one batch of deliveries: every reading ends in the store or in the dead letters."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Assignment
from collector.domain.reading import ReadingBatch, categorical
from collector.fleet.port import Fleet
from collector.ingest.authority import may_speak, senders
from collector.ingest.clock.port import RebuiltTimes
from collector.ingest.clock.rules import wrong_times
from collector.ingest.clock.setting_right import set_right
from collector.ingest.dead_letters import DeadLetter, DeadLetters, shortened
from collector.ingest.validate import leave_out_impossible
from collector.ingest.why_refused import meaning_of
from collector.spool.delivery import Delivery
from collector.store.port import ReadingWriter, StoreRejectedError

MOST_ROWS = 100_000
"""Readings held in memory at once, about. A few hundred bytes can inflate to 2,000 rows; and live
readings that come meanwhile wait some seconds for so many to be stored."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Readings of a delivery, known by its position, that the decoder could not read."""

    delivery: int
    reason: str
    readings: int
    unnumbered: int = 0
    """Those of them whose number is not known."""


@dataclass(frozen=True, slots=True)
class UnreadNumbers:
    """Numbers (no values) of readings that could not be read.

    ``kept``: they are in the dead letters for good; else they are to be sent in another form.
    """

    delivery: int
    rows: ReadingBatch
    kept: bool


@dataclass(frozen=True, slots=True)
class LostNumbers:
    """Numbers, first and last of each run, that the sender says it has given up."""

    delivery: int
    serial: str
    boot: int
    numbers: tuple[tuple[int, int], ...]
    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What the decoder made of the first ``deliveries`` of some: their readings, in their order.

    Row i is of the delivery at position ``delivery_of_row[i]``.
    """

    deliveries: int
    batch: ReadingBatch
    delivery_of_row: NDArray[np.int64]
    refused: Sequence[Refused]
    unread: Sequence[UnreadNumbers] = ()
    lost: Sequence[LostNumbers] = ()


Decode = Callable[[Sequence[Delivery], int], Opened]
"""The decoder handed in: opens the first deliveries, one at least, until they hold so many rows."""


@dataclass(slots=True)
class Outcome:
    """What became of the first ``deliveries`` of some, in readings; the rest is not looked at.

    ``batch`` is all that was decoded, what was refused later too; row i came in the delivery at
    position ``delivery_of_row[i]``, which ascends, and is in the store if ``in_store[i]``.
    """

    deliveries: int
    batch: ReadingBatch
    delivery_of_row: NDArray[np.int64]
    in_store: NDArray[np.bool_]
    unread: Sequence[UnreadNumbers] = ()
    lost: Sequence[LostNumbers] = ()
    stored: int = 0
    refused: int = 0
    values_left_out: int = 0
    refused_by: Counter[str] = field(default_factory=Counter)
    """Readings by the part of ``why_refused`` that their reason falls under."""


class Ingest:
    """Decode, validate, resolve, write, and keep what cannot be stored."""

    def __init__(
        self,
        decode: Decode,
        store: ReadingWriter,
        dead_letters: DeadLetters,
        fleet: Callable[[tuple[str, ...]], Fleet],
        times: RebuiltTimes,
    ) -> None:
        """``fleet`` returns the registry, as fresh as it must be to know these serials."""
        self._decode = decode
        self._store = store
        self._dead_letters = dead_letters
        self._fleet = fleet
        self._times = times

    def take(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Make every reading of the deliveries durable, one way or the other.

        Takes the first of them, one at least, until they hold MOST_ROWS.
        Doing it again changes nothing. Raises StoreUnavailableError, or an error of the registry's
        database, when that is not possible now; then nothing may be acknowledged.
        """
        outcome, letters = self.attempt(deliveries)
        self._dead_letters.add(letters)
        for letter in letters:
            outcome.refused_by[meaning_of(letter.reason).part] += letter.readings
        return outcome

    def attempt(self, deliveries: Sequence[Delivery]) -> tuple[Outcome, list[DeadLetter]]:
        """Store what can be stored; return what cannot, kept nowhere yet. Raises as ``take``."""
        opened = self._decode(deliveries, MOST_ROWS)
        batch, of_row = opened.batch, opened.delivery_of_row
        letters = [_letter(deliveries, refused) for refused in opened.refused]
        unnumbered = np.isnan(batch.sequence) | np.isnan(batch.boot)

        def refuse(rows: NDArray[np.bool_], reason: str, *, counted: bool = True) -> None:
            which, many = np.unique(of_row[rows], return_counts=True)
            loose = np.bincount(of_row[rows & unnumbered], minlength=opened.deliveries)[which]
            for message, *counts in zip(which, many * counted, loose * counted, strict=True):
                refused = Refused(int(message), reason, *map(int, counts))
                letters.append(_letter(deliveries, refused))

        fleet = self._fleet(batch.serials)
        publishers = [d.publisher for d in deliveries[: opened.deliveries]]
        wrong = wrong_times(batch, fleet, senders(publishers)[of_row])
        # A wrong time says nothing of who measured for whom; the receipt does.
        at_s = np.where(wrong, batch.received_s, batch.time_s).astype(np.int64)
        assignments, code = fleet.assigned(batch.serials, batch.serial_code, at_s)
        unknown = code < 0
        foreign = ~may_speak(publishers, of_row, batch, assignments, code) & ~unknown
        refuse(foreign, "the sender may not speak for this serial")
        timeless = np.zeros(len(batch), bool)
        for reason, rows in set_right(batch, wrong, ~unknown & ~foreign, self._times).items():
            refuse(rows, reason)
            timeless |= rows
        assignments, code = fleet.assigned(batch.serials, batch.serial_code, batch.time_s)
        unknown |= (code < 0) & ~foreign & ~timeless
        refuse(unknown, "serial not assigned to a system at that time")
        _name_villages(batch, fleet, assignments, code)
        left_out = leave_out_impossible(batch)
        good = ~(timeless | unknown | foreign)
        refuse(left_out & good, "value outside its range", counted=False)
        unwritable = self._write(batch, np.flatnonzero(good))
        # A message refused for one reason is kept once, so its letter must count all its readings.
        of_message: dict[int, list[int]] = {}
        for row in unwritable:
            of_message.setdefault(int(of_row[row]), []).append(row)
        for message, rows in of_message.items():
            reason = f"the store refuses it: {unwritable[rows[0]]}"[:200]
            refused = Refused(message, reason, len(rows), int(unnumbered[rows].sum()))
            letters.append(_letter(deliveries, refused))
        good[list(unwritable)] = False
        outcome = Outcome(opened.deliveries, batch, of_row, good, opened.unread, opened.lost)
        outcome.stored = int(good.sum())
        outcome.refused = sum(letter.readings for letter in letters)
        outcome.values_left_out = int((left_out & good).sum())
        return outcome, letters

    def _write(self, batch: ReadingBatch, rows: NDArray[np.int64]) -> dict[int, str]:
        """Write rows; where the store refuses, halve down to the bad ones: row -> its reason."""
        if not rows.size:
            return {}
        try:
            self._store.write(batch.take(rows))
        except StoreRejectedError as error:
            if rows.size == 1:
                return {int(rows[0]): str(error)}
            first, second = np.array_split(rows, 2)
            return self._write(batch, first) | self._write(batch, second)
        return {}


def _name_villages(
    batch: ReadingBatch,
    fleet: Fleet,
    assignments: Sequence[Assignment],
    code: NDArray[np.int32],
) -> None:
    """Note of each row the village where it was measured."""
    villages, village = categorical([fleet.by_code[a.system].village for a in assignments])
    batch.villages = (*villages, "")
    # The last entry serves the rows of no assignment, code -1.
    batch.village_code = np.append(village, np.int32(len(villages)))[code]


def _letter(deliveries: Sequence[Delivery], refused: Refused) -> DeadLetter:
    delivery = deliveries[refused.delivery]
    payload, reason = shortened(delivery.payload, refused.reason)
    return DeadLetter(
        delivery.publisher,
        delivery.topic,
        delivery.received_s,
        reason,
        refused.readings,
        payload,
        content_type=delivery.content_type,
        unnumbered=refused.unnumbered,
    )
