"""Publishers' credentials in a relational database."""

from dataclasses import asdict, fields

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from collector.publishers.port import Publisher
from collector.publishers.tables import publishers

_COLUMNS = [publishers.c[f.name] for f in fields(Publisher)]


class SqlPublishers:
    """Credentials behind an engine; see Publishers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, name: str) -> Publisher | None:
        """One publisher, revoked ones too; None when nobody has that name."""
        # A NUL would be an error of PostgreSQL, and no publisher has one in its name.
        wanted = select(*_COLUMNS).where(publishers.c.name == name.replace("\0", "\ufffd"))
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
            return Publisher(*row) if row else None

    def all(self) -> list[Publisher]:
        """Every publisher by name, revoked ones too."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(publishers.c.name))
            return sorted((Publisher(*row) for row in rows), key=lambda p: p.name)

    def put(self, changed: list[Publisher]) -> None:
        """Keep these; each takes the place of the one of its name. All of them or none."""
        if not changed:
            return
        dialect = postgresql if self._engine.name == "postgresql" else sqlite
        statement = dialect.insert(publishers)
        new = {c.name: statement.excluded[c.name] for c in publishers.columns if c.name != "name"}
        statement = statement.on_conflict_do_update(index_elements=["name"], set_=new)
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(statement, [asdict(p) for p in changed])
