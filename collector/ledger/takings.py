"""From what the ingest has made of a batch to the news in it, whole columns at a time."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.reading import ReadingBatch
from collector.ingest.pipeline import Outcome
from collector.ledger.line_bytes import line_bytes
from collector.ledger.port import UNNUMBERED, Key, Takings, Traffic, month_of
from collector.ledger.ranges import union
from collector.ledger.standing import Note, note_of
from collector.spool.delivery import Delivery

FATES = ("stored", "refused", "known")
STORED, REFUSED, KNOWN = range(3)
Part = tuple[NDArray[np.int64], ReadingBatch, NDArray[np.int64]]
"""The message, the numbers and the fate of each row."""


def takings_of(
    deliveries: Sequence[Delivery], outcome: Outcome, counted_upto: tuple[int, int]
) -> Takings:
    """The news of deliveries; those up to ``counted_upto`` (live, backlog) were counted before."""
    fresh = np.array([d.id > counted_upto[d.backlog] for d in deliveries], bool)
    found = Takings(counted_upto=_last_ids(deliveries, counted_upto))
    _add_traffic(found, [d for d, new in zip(deliveries, fresh, strict=True) if new])
    _add_numbers(found, [d.publisher for d in deliveries], _parts(outcome), fresh)
    for lost in outcome.lost:
        key = Key(deliveries[lost.delivery].publisher, lost.serial, lost.boot)
        if run := found.runs.pop(key, None):
            found.notes[key] = note_of(run)
        note = found.notes.setdefault(key, Note())
        note.lost, note.reason = union(note.lost, lost.numbers), lost.why
    return found


def _parts(outcome: Outcome) -> list[Part]:
    fate = np.where(outcome.in_store, STORED, REFUSED)
    parts: list[Part] = [(outcome.delivery_of_row, outcome.batch, fate)]
    for unread in outcome.unread:
        rows = len(unread.rows)
        fate = np.full(rows, REFUSED if unread.kept else KNOWN)
        parts.append((np.full(rows, unread.delivery), unread.rows, fate))
    return parts


def _add_numbers(
    found: Takings, publishers: Sequence[str], parts: Sequence[Part], fresh: NDArray[np.bool_]
) -> None:
    names: dict[str, int] = {}
    sender = np.array([names.setdefault(p, len(names)) for p in publishers], np.int64)
    serials: dict[str, int] = {}
    columns = []
    for message, rows, fate in parts:
        code = np.array([serials.setdefault(s, len(serials)) for s in rows.serials], np.int64)
        columns.append((message, code[rows.serial_code], rows.boot, rows.sequence, fate))
    message, serial, boot, sequence, fate = (np.concatenate(c) for c in zip(*columns, strict=True))
    whose = sender[message] * max(len(serials), 1) + serial
    numbered = np.isfinite(boot) & np.isfinite(sequence)
    key_of = _Keys(tuple(names), tuple(serials))
    uncounted = ~numbered & fresh[message] & (fate == STORED)
    for code, count in zip(*np.unique(whose[uncounted], return_counts=True), strict=True):
        found.notes[key_of(int(code), UNNUMBERED)] = Note(received=int(count))
    counts = fresh[message] & (fate != KNOWN)
    columns = (whose, boot, fate, sequence, counts)
    _add_runs(found, key_of, [column[numbered].astype(np.int64) for column in columns])


def _add_runs(found: Takings, key_of: "_Keys", columns: Sequence[NDArray[np.int64]]) -> None:
    """Whose, boot, fate, number, and whether it counts, of each numbered row."""
    whose, boot, fate, sequence, counts = columns
    if not whose.size:
        return
    order = np.lexsort((sequence, fate, boot, whose))
    whose, boot, fate, sequence = whose[order], boot[order], fate[order], sequence[order]
    begins = np.ones(whose.size, bool)
    begins[1:] = other = (np.diff(whose) != 0) | (np.diff(boot) != 0)
    begins[1:] |= (np.diff(fate) != 0) | (np.diff(sequence) > 1)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], whose.size) - 1
    received = np.add.reduceat(counts[order], starts)
    # One run of its key, neither before nor after it another, all of it stored and come once.
    first_of_key = np.append(True, other)[starts]
    usual = first_of_key & np.append(first_of_key[1:], True) & (fate[starts] == STORED)
    usual &= (ends - starts == sequence[ends] - sequence[starts]) & (received == ends - starts + 1)
    runs = (whose[starts], boot[starts], fate[starts], sequence[starts], sequence[ends], received)
    few = (column[usual] for column in (*runs[:2], *runs[3:5]))
    for who, of_boot, first, last in zip(*(c.tolist() for c in few), strict=True):
        found.runs[key_of(who, of_boot)] = (first, last)
    _add_notes(found, key_of, [column[~usual] for column in runs])


def _add_notes(found: Takings, key_of: "_Keys", runs: Sequence[NDArray[np.int64]]) -> None:
    """Whose, boot, fate, first and last number, and how many count, of the runs of other news."""
    collected: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    for who, of_boot, what, first, last, many in zip(*(r.tolist() for r in runs), strict=True):
        collected.setdefault((who, of_boot, what), []).append((first, last))
        note = found.notes.setdefault(key_of(who, of_boot), Note())
        note.received += many
    for (who, of_boot, what), ranges in collected.items():
        setattr(found.notes[key_of(who, of_boot)], FATES[what], tuple(ranges))


class _Keys:
    """The key that a code of (publisher, serial) and a boot stand for."""

    def __init__(self, publishers: tuple[str, ...], serials: tuple[str, ...]) -> None:
        self._publishers, self._serials = publishers, serials
        self._many = max(len(serials), 1)

    def __call__(self, code: int, boot: int) -> Key:
        sender, serial = divmod(code, self._many)
        return Key(self._publishers[sender], self._serials[serial], boot)


def _add_traffic(found: Takings, deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        month = _month(int(delivery.received_s // DAY_S))
        so_far = found.traffic.setdefault((delivery.publisher, month), Traffic())
        so_far.messages += 1
        so_far.payload_bytes += len(delivery.payload)
        so_far.line_bytes += line_bytes(len(delivery.payload), len(delivery.topic))


@cache
def _month(day: int) -> str:
    """The UTC month of a day since 1970."""
    return month_of(day * DAY_S)


def _last_ids(deliveries: Sequence[Delivery], before: tuple[int, int]) -> tuple[int, int]:
    ids = [
        max((d.id for d in deliveries if d.backlog is kind), default=0) for kind in (False, True)
    ]
    return max(before[0], ids[0]), max(before[1], ids[1])
