"""The usual news, many at once: a serial counts on from where it ended, and nothing is missing.

Nearly every reading is of this kind, so it must cost next to nothing; all else is left to those
who look at each serial with care.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

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
_KNOWN = (
    f"SELECT publisher, serial, boot, CASE WHEN {_NOTHING_ELSE} THEN settled_runs END"  # noqa: S608
    " FROM sequences WHERE serial {}"
)
_IN_ARRAY = _KNOWN.format("= ANY(%(serials)s)")
_IN_JSON = _KNOWN.format("IN (SELECT value FROM json_each(?))")


def count_on(
    connection: Connection, runs: Mapping[Key, tuple[int, int]], now_s: float
) -> dict[Key, int]:
    """Enter the runs that need no care; the last number of each. What is missing here does."""
    if not runs:
        return {}
    known = _known(connection, {key.serial for key in runs})
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


def _known(
    connection: Connection, serials: Iterable[str]
) -> dict[tuple[str, str, int], str | None]:
    """Settled runs by publisher, serial and boot; None where they are not all there is to say."""
    if connection.dialect.name == "postgresql":
        found = connection.exec_driver_sql(_IN_ARRAY, {"serials": list(serials)})
    else:
        found = connection.exec_driver_sql(_IN_JSON, (json.dumps(list(serials)),))
    return {(row[0], row[1], row[2]): row[3] for row in found}
