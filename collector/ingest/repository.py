"""Dead letters in a relational database."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from collector.ingest.dead_letters import EVERY_OPEN_LETTER, DeadLetter, LetterFilter
from collector.ingest.tables import dead_letters

_COLUMNS = [dead_letters.c[f.name] for f in fields(DeadLetter)]


class SqlDeadLetters:
    """Dead letters behind an engine; see DeadLetters."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, letters: Sequence[DeadLetter]) -> int:
        """Keep letters durably, all or none. Returns how many were new."""
        if not letters:
            return 0
        dialect = postgresql if self.engine.name == "postgresql" else sqlite
        statement = (
            dialect.insert(dead_letters)
            .on_conflict_do_nothing(index_elements=["fingerprint"])
            .returning(dead_letters.c.id)
        )
        with self.engine.execution_options(writes=True).begin() as connection:
            new = connection.scalars(statement, [_columns(letter) for letter in letters])
            return len(new.all())

    def find(self, wanted: LetterFilter = EVERY_OPEN_LETTER) -> list[DeadLetter]:
        """Letters by ascending id."""
        query = select(*_COLUMNS).where(dead_letters.c.id > wanted.after_id)
        if not wanted.settled_too:
            query = query.where(dead_letters.c.settled_s.is_(None))
        if wanted.publisher:
            query = query.where(dead_letters.c.publisher == wanted.publisher)
        if wanted.reason:
            query = query.where(dead_letters.c.reason.icontains(wanted.reason, autoescape=True))
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(dead_letters.c.id).limit(wanted.limit))
            return [DeadLetter(*row) for row in rows]

    def get(self, letter_id: int) -> DeadLetter | None:
        """One letter, None if there is none of that id."""
        wanted = select(*_COLUMNS).where(dead_letters.c.id == letter_id)
        with self.engine.connect() as connection:
            row = connection.execute(wanted).first()
            return DeadLetter(*row) if row else None

    def settle(self, letter_ids: Sequence[int], at_s: float) -> None:
        """Note that these were stored after all; they stay, but are no longer open."""
        mine = dead_letters.c.id.in_(letter_ids) & dead_letters.c.settled_s.is_(None)
        with self.engine.execution_options(writes=True).begin() as connection:
            connection.execute(update(dead_letters).where(mine).values(settled_s=at_s))

    def count_readings(self) -> int:
        """Readings that all open letters together stand for."""
        query = select(func.sum(dead_letters.c.readings)).where(dead_letters.c.settled_s.is_(None))
        with self.engine.connect() as connection:
            return connection.scalar(query) or 0


def _columns(letter: DeadLetter) -> dict[str, Any]:
    return {
        "fingerprint": letter.fingerprint,
        "publisher": _storable(letter.publisher),
        "topic": _storable(letter.topic),
        "received_s": letter.received_s,
        "reason": _storable(letter.reason),
        "readings": letter.readings,
        "unnumbered": letter.unnumbered,
        "payload": letter.payload,
        "content_type": _storable(letter.content_type),
    }


def _storable(words: str) -> str:
    """Text that every database takes: a topic may hold bytes that are no character, or a NUL."""
    return words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
