"""The ledger in a relational database. One batch at a time is entered, whoever brings it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, func, select, text, update

from collector.ledger.by_key import select_by_key
from collector.ledger.port import (
    UNNUMBERED,
    Change,
    Changes,
    Key,
    OpenHoles,
    PublisherState,
    Takings,
)
from collector.ledger.ranges import common, read, size, spelled
from collector.ledger.standing import Note, Standing
from collector.ledger.tables import counted_spools, publisher_states, sequences, traffic
from collector.ledger.upsert import upsert
from collector.ledger.usual import count_on

FIRST_ASK_S = 10.0
"""A hole is asked for after this: order is never assumed, the rest may be on its way."""
FIRST_PAUSE_S, PAUSE_GROWS, LAST_PAUSE_S = 60.0, 4.0, 6 * 3600.0
"""Between two times that the same hole is asked for."""
_AT_ONCE = 5_000
_KEY = ("publisher", "serial", "boot")
_COLUMNS, _COUNTED, _TRAFFIC, _STATE = (
    tuple(column.name for column in table.columns)
    for table in (sequences, counted_spools, traffic, publisher_states)
)
# Any number that no other part of this program locks; see api.migrations.
_LOCK = 7_204_120_002
_ASK_LATER = (
    update(sequences)
    .where(*(sequences.c[name] == bindparam(f"of_{name}") for name in _KEY))
    .values(asked=bindparam("asked"), ask_s=bindparam("ask_s"))
)


class SqlLedger:
    """See Ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counted_upto(self, spool: str) -> tuple[int, int]:
        """The last delivery of this spool, live and backlog, that has been counted."""
        wanted = select(counted_spools.c.live_id, counted_spools.c.backlog_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted.where(counted_spools.c.spool == spool)).first()
        return (row[0], row[1]) if row else (0, 0)

    def take(self, spool: str, takings: Takings, now_s: float) -> Changes:
        """Learn what a batch brings, all or nothing. Learning it again changes no standing."""
        with self._alone() as connection:
            grown = count_on(connection, takings.runs, now_s)
            notes = takings.as_notes(but=grown)
            rows = _rows_of(connection, list(notes))
            changes, changed = dict[Key, Change](), list[dict[str, Any]]()
            for key, note in notes.items():
                row = rows.get(key)
                standing = _standing(row) if row else Standing()
                standing.take(note)
                changed.append(_row(key, standing, row, now_s))
                missing, repeated = (row.missing, row.duplicates) if row else (0, 0)
                repeated = changed[-1]["duplicates"] - repeated
                changes[key] = Change(standing, note, missing, repeated)
            _write(connection, changed)
            _add_traffic(connection, takings)
            for state in takings.states:
                _note_state(connection, state)
            live_id, backlog_id = takings.counted_upto
            upsert(connection, counted_spools, _COUNTED, [(spool, live_id, backlog_id)])
        return Changes(grown, changes)

    def standings(self, keys: Sequence[Key]) -> Mapping[Key, Standing]:
        """What is known now of those keys that are known."""
        with self._engine.connect() as connection:
            return {key: _standing(row) for key, row in _rows_of(connection, keys).items()}

    def claim_holes(self, now_s: float, at_most: int) -> list[OpenHoles]:
        """Holes due to be asked for, each given to one caller only; the next time is later."""
        due = select(sequences).where(sequences.c.ask_s <= now_s)
        due = due.order_by(sequences.c.ask_s).limit(at_most)
        with self._alone() as connection:
            rows = connection.execute(due).all()
            found = [OpenHoles(_key(row), _standing(row).holes, row.asked) for row in rows]
            later = [
                {f"of_{name}": value for name, value in holes.key._asdict().items()}
                | {"asked": holes.asked + 1, "ask_s": now_s + _pause_s(holes.asked)}
                for holes in found
            ]
            if later:
                connection.execute(_ASK_LATER, later)
        return found

    def give_up(self, missing_since_s: float, reason: str, now_s: float) -> int:
        """List as lost what has been missing for longer. Returns how many readings."""
        old = select(sequences).where(sequences.c.missing_since_s <= missing_since_s)
        old = old.where(sequences.c.ask_s.is_not(None))  # so it is, and of those there is an index
        given_up = 0
        with self._alone() as connection:
            rows = connection.execute(old.limit(_AT_ONCE)).all()
            changed = list[dict[str, Any]]()
            for row in rows:
                standing = _standing(row)
                lost = common(standing.holes, ((0, row.missing_upto),))
                standing.take(Note(lost=lost, reason=reason))
                given_up += size(lost)
                changed.append(_row(_key(row), standing, None, now_s) | {"heard_s": row.heard_s})
            _write(connection, changed)
        return given_up

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """A transaction beside which no other of the ledger is."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection


def _pause_s(asked: int) -> float:
    return min(LAST_PAUSE_S, FIRST_PAUSE_S * PAUSE_GROWS ** min(asked, 20))


def _rows_of(connection: Connection, keys: Sequence[Key]) -> dict[Key, Row[Any]]:
    """The rows of those keys that there are."""
    found: dict[Key, Row[Any]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        found |= {_key(row): row for row in select_by_key(connection, ", ".join(_COLUMNS), part)}
    return found


def _key(row: Row[Any]) -> Key:
    return Key(row.publisher, row.serial, row.boot)


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        read(row.settled_runs),
        read(row.refused_runs),
        read(row.lost_runs),
        read(row.known_runs),
        row.received,
        row.folded_refused,
        row.folded_lost,
        row.reason,
    )


def _row(key: Key, standing: Standing, before: Row[Any] | None, now_s: float) -> dict[str, Any]:
    """A standing as it is kept, with what is worked out of it."""
    counts = standing.counts()
    if key.boot == UNNUMBERED:
        counts |= {"sent": standing.received, "stored": standing.received, "duplicates": 0}
    return {
        "publisher": key.publisher,
        "serial": key.serial,
        "boot": key.boot,
        "settled_runs": spelled(standing.settled),
        "refused_runs": spelled(standing.refused),
        "lost_runs": spelled(standing.lost),
        "known_runs": spelled(standing.known),
        "reason": standing.reason,
        "received": standing.received,
        "folded_refused": standing.folded_refused,
        "folded_lost": standing.folded_lost,
        "heard_s": now_s,
        **counts,
        **_asking(standing, counts["missing"], before, now_s),
    }


def _asking(
    standing: Standing, missing: int, before: Row[Any] | None, now_s: float
) -> dict[str, Any]:
    """Since when something is missing, and when it is to be asked for."""
    if not missing:
        return {"missing_since_s": None, "missing_upto": None, "ask_s": None, "asked": 0}
    if before is None or before.ask_s is None:
        upto, soon = standing.spans[-1][1], now_s + FIRST_ASK_S
        return {"missing_since_s": now_s, "missing_upto": upto, "ask_s": soon, "asked": 0}
    grown = missing > before.missing
    return {
        "missing_since_s": before.missing_since_s,
        "missing_upto": before.missing_upto,
        "ask_s": min(before.ask_s, now_s + FIRST_ASK_S) if grown else before.ask_s,
        "asked": 0 if grown else before.asked,
    }


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    upsert(connection, sequences, _COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in rows])


def _add_traffic(connection: Connection, takings: Takings) -> None:
    rows = [
        (*whose, of.messages, of.payload_bytes, of.line_bytes)
        for whose, of in takings.traffic.items()
    ]
    upsert(connection, traffic, _TRAFFIC, rows, added=frozenset(_TRAFFIC[2:]))


def _note_state(connection: Connection, state: PublisherState) -> None:
    settled = select(func.coalesce(func.sum(sequences.c.stored + sequences.c.refused), 0)).where(
        sequences.c.publisher == state.publisher, sequences.c.boot != UNNUMBERED
    )
    said = (state.publisher, state.said_s, state.outbox_rows, state.produced, state.since_boot)
    row = (*said, int(connection.scalar(settled) or 0), state.release, state.update)
    upsert(connection, publisher_states, _STATE, [row])
