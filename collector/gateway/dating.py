"""Times for what was measured while the clock was not set."""

import sqlite3


def date_readings(db: sqlite3.Connection, session: str, started_s: float) -> int:
    """Turn seconds since a start of the machine into UTC, in one transaction; how many readings.

    ``started_s`` is when the present run of the machine, ``session``, began, UTC: its readings get
    exact times. Of an earlier run whose clock was never set only the order is known. It is dated
    as if the power had come back at once, so that its last reading stands right before the next
    start, and marked as guessed.
    """
    if not db.execute("select 1 from reading where session > '' limit 1").fetchone():
        return 0
    db.execute("begin immediate")
    move = "update reading set time_s = time_s + ?, guessed = ?, session = '' where session = ?"
    dated = db.execute(move, (round(started_s), 0, session)).rowcount
    earlier = db.execute(
        "select session, max(time_s) from reading where session > ''"
        " group by session order by max(id) desc"
    ).fetchall()
    next_start_s = started_s
    for run, last_s in earlier:
        next_start_s -= last_s + 1
        dated += db.execute(move, (round(next_start_s), 1, run)).rowcount
    return dated
