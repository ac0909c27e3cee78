"""What is settled stays in a spool for a while, and is forgotten from the oldest on."""

import math
import sqlite3
from collections.abc import Mapping

PRUNE_AT_ONCE = 5_000
"""Settled deliveries looked at in one go, of each kind: twice what is settled at once."""


def forget(
    connection: sqlite3.Connection,
    settled: Mapping[int, int],
    *,
    received_before_s: float = math.inf,
    at_least_bytes: int = 0,
) -> int:
    """Delete the oldest deliveries up to those settled last, by kind; some thousands at once.

    Returns the bytes they had.
    """
    freed = 0
    for kind in settled:
        oldest = connection.execute(
            "SELECT received_s FROM deliveries WHERE backlog = ? ORDER BY id LIMIT 1", (kind,)
        ).fetchone()
        if oldest is None or oldest[0] >= received_before_s:
            continue
        # Only the oldest are looked at: to search all that is kept would cost more each hour.
        gone = connection.execute(
            "DELETE FROM deliveries WHERE id IN (SELECT id FROM (SELECT id, received_s"
            " FROM deliveries WHERE backlog = ? AND id <= ? ORDER BY id LIMIT ?)"
            " WHERE received_s < ?) RETURNING bytes",
            (kind, settled[kind], PRUNE_AT_ONCE, received_before_s),
        ).fetchall()
        freed += sum(size for (size,) in gone)
        if at_least_bytes and freed >= at_least_bytes:
            break
    return freed
