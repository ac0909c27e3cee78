"""What waits in spools, for those who ask again and again: a full spool is not read each time."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from collector.domain.clock import Clock
from collector.ingest.pipeline import Decode
from collector.ledger.balance.spooled import add, numbers_in, spooled_notes
from collector.ledger.port import UNNUMBERED, Key, Ledger
from collector.ledger.standing import Note
from collector.spool.waiting import KINDS, Ends, count_after, ends_of, waiting_after

FEW = 2_000
"""Deliveries that are read anew for each answer, a tenth of a second's work: exact to the last."""
BUDGET_S = 1.0
"""Of work for one answer; what was not read in that time is read for the next ones."""
MOST_KEYS = 500_000
"""Remembered of a spool, some hundred MB: serials and boots, and parts of those without numbers.
What is beyond waits uncounted, until such parts are settled or what waits is little."""


@dataclass(slots=True)
class _Read:
    """What was read of a spool: numbers stay true, and are held against the ledger each time.

    ``loose`` are readings without a number: kind and last id of the deliveries, and how many.
    """

    upto: list[int] = field(default_factory=lambda: [0, 0])
    numbered: dict[Key, Note] = field(default_factory=dict)
    loose: list[tuple[int, int, Key, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How much is remembered."""
        return len(self.numbered) + len(self.loose)


class SpoolCount:
    """Reads each delivery of a full spool once. Safe to use from several threads."""

    def __init__(self, decode: Decode, ledger: Ledger, monotonic: Clock) -> None:
        self._decode, self._ledger, self._monotonic = decode, ledger, monotonic
        self._lock = threading.Lock()
        self._read: dict[str, _Read] = {}

    def notes(
        self, files: Iterable[Path], serials: Sequence[str] | None = None
    ) -> tuple[dict[Key, Note], int]:
        """(what waits in these files, of all or some devices; messages not read yet).

        Where few wait this is exact. Else readings without a number are counted as they came,
        until all that came with them is settled. Raises SpoolUnavailableError.
        """
        found: dict[Key, Note] = {}
        unread = 0
        with self._lock:
            until_s = self._monotonic() + BUDGET_S
            for file in files:
                ends = ends_of(file, FEW + 1)
                if ends.waiting <= FEW:
                    self._read.pop(ends.name, None)
                    notes = spooled_notes([file], self._decode, self._ledger, serials)
                else:
                    read = self._read.setdefault(ends.name, _Read())
                    unread += self._go_on(file, ends, read, until_s)
                    notes = _notes_of(read)
                for key, note in notes.items():
                    if serials is None or key.serial in serials:
                        add(found, key, note)
        return found, unread

    def _go_on(self, file: Path, ends: Ends, read: _Read, until_s: float) -> int:
        """Read what has come since, as far as there is time; how many are left."""
        read.loose = [part for part in read.loose if part[1] >= ends.first[part[0]]]
        counted = self._ledger.counted_upto(ends.name)
        for kind in KINDS:
            while self._monotonic() < until_s and read.size < MOST_KEYS:
                some = waiting_after(file, kind, read.upto[kind])
                if not some:
                    break
                for key, note in numbers_in(some, self._decode, counted).items():
                    if key.boot == UNNUMBERED:
                        read.loose.append((kind, some[-1].id, key, note.received))
                    else:
                        add(read.numbered, key, note)
                read.upto[kind] = some[-1].id
        return count_after(file, (read.upto[0], read.upto[1]))


def _notes_of(read: _Read) -> dict[Key, Note]:
    found = {key: Note(stored=note.stored) for key, note in read.numbered.items()}
    for _, _, key, received in read.loose:
        add(found, key, Note(received=received))
    return found
