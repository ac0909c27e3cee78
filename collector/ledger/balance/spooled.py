"""What waits in spools, by its numbers."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from collector.ingest.pipeline import Decode, Outcome
from collector.ledger.port import Key, Ledger
from collector.ledger.ranges import union
from collector.ledger.standing import Note
from collector.ledger.takings import takings_of
from collector.spool.delivery import Delivery
from collector.spool.waiting import name_in, waiting_in

_ALL = 10**9


def spooled_notes(
    files: Iterable[Path], decode: Decode, ledger: Ledger, serials: Sequence[str] | None = None
) -> dict[Key, Note]:
    """The readings that wait in these files, of all or of some devices, read a part at a time.

    What the ledger has counted, though its spool was not told yet, does not count again.
    Raises SpoolUnavailableError.
    """
    found: dict[Key, Note] = {}
    for file in files:
        counted = ledger.counted_upto(name_in(file))
        for deliveries in waiting_in(file):
            for key, note in numbers_in(deliveries, decode, counted).items():
                if serials is None or key.serial in serials:
                    add(found, key, note)
    return found


def numbers_in(
    deliveries: Sequence[Delivery], decode: Decode, counted: tuple[int, int]
) -> Mapping[Key, Note]:
    """The news in deliveries, as if all of them had been stored; see ``takings_of``."""
    opened = decode(deliveries, _ALL)
    all_good = np.ones(len(opened.batch), bool)
    outcome = Outcome(
        opened.deliveries, opened.batch, opened.delivery_of_row, all_good, opened.unread
    )
    return takings_of(deliveries, outcome, counted).as_notes()


def add(found: dict[Key, Note], key: Key, note: Note) -> None:
    """Join what waits of a key with more that waits."""
    so_far = found.setdefault(key, Note())
    so_far.received += note.received
    so_far.stored = union(so_far.stored, note.stored, note.refused)
