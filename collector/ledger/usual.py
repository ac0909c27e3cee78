"""The usual news, many at once: a serial counts on from where it ended, and nothing is missing.

Nearly every reading is of this kind, so it must cost next to nothing; all else is left to those
who look at each serial with care.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from collector.ledger.by_key import select_by_key
from collector.ledger.port import Key
from collector.ledger.standing import BEGINNING
from collector.ledger.tables import sequences
from collector.ledger.upsert import upsert

_COLUMNS = ("publisher", "serial", "boot", "settled_runs", "received", "sent", "stored", "heard_s")
_COUNTS = frozenset({"received", "sent", "stored"})
_NOTHING_ELSE = (
    "missing = 0 AND folded_refused = 0 AND folded_lost = 0"
    " AND refused_runs = '' AND lost_runs = '' AND known_runs = ''"
)
_KNOWN = f"publisher, serial, boot, CASE WHEN {_NOTHING_ELSE} THEN settled_runs END"
"""Settled runs of a key; NULL where they are not all there is to say."""


def count_on(
    connection: Connection, runs: Mapping[Key, tuple[int, int]], now_s: float
) -> dict[Key, int]:
    """Enter the runs that need no care; the last number of each. What is missing here does."""
    if not runs:
        return {}
    rows_there = select_by_key(connection, _KNOWN, runs)
    known = {(row[0], row[1], row[2]): row[3] for row in rows_there}
    rows, grown = list[tuple[Any, ...]](), dict[Key, int]()
    for key, (first, last) in runs.items():
        begin = _begin(known[key], first) if key in known else first
        if begin is None or (key not in known and 1 < first <= BEGINNING):
            continue
        many = last - first + 1
        settled = f"{begin}-{last}" if begin < last else str(last)
        rows.append((*key, settled, many, many, many, now_s))
        grown[key] = last
    upsert(connection, sequences, _COLUMNS, rows, added=_COUNTS)
    return grown


def _begin(settled_runs: str | None, first: int) -> int | None:
    """Where the single run begins that ends just before ``first``; None if there is none such."""
    if settled_runs is None or "," in settled_runs:
        return None
    begin, _, end = settled_runs.partition("-")
    return int(begin) if begin and int(end or begin) == first - 1 else None
