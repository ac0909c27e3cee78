"""Dead letters in a relational database."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects import postgresql, sqlite

from collector.ingest.dead_letters import DeadLetter
from collector.ingest.tables import dead_letters

_COLUMNS = [dead_letters.c[f.name] for f in fields(DeadLetter)]


class SqlDeadLetters:
    """Dead letters behind an engine; see DeadLetters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Keep letters durably, all or none. Returns how many were new."""
        if not letters:
            return 0
        dialect = postgresql if self._engine.name == "postgresql" else sqlite
        statement = (
            dialect.insert(dead_letters)
            .on_conflict_do_nothing(index_elements=["fingerprint"])
            .returning(dead_letters.c.id)
        )
        with self._engine.execution_options(writes=True).begin() as connection:
            new = connection.scalars(statement, [_columns(letter) for letter in letters])
            return len(new.all())

    def find(self, after_id: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Letters with an id above ``after_id``, ascending, at most ``limit``."""
        wanted = select(*_COLUMNS).where(dead_letters.c.id > after_id)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(dead_letters.c.id).limit(limit))
            return [DeadLetter(*row) for row in rows]

    def get(self, letter_id: int) -> DeadLetter | None:
        """One letter, None if there is none of that id."""
        wanted = select(*_COLUMNS).where(dead_letters.c.id == letter_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
            return DeadLetter(*row) if row else None

    def count_readings(self) -> int:
        """Readings that all letters together stand for."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.sum(dead_letters.c.readings))) or 0


def _columns(letter: DeadLetter) -> dict[str, Any]:
    return {
        "fingerprint": letter.fingerprint,
        "publisher": _storable(letter.publisher),
        "topic": _storable(letter.topic),
        "received_s": letter.received_s,
        "reason": _storable(letter.reason),
        "readings": letter.readings,
        "payload": letter.payload,
    }


def _storable(words: str) -> str:
    """Text that every database takes: a topic may hold bytes that are no character, or a NUL."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
