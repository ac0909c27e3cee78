"""The database's shape, brought up to date from code; one file a change in ``versions``."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

# Any number that no other program uses on the same PostgreSQL server.
_UPGRADE_LOCK = 7_204_120_001


class NewerDatabaseError(Exception):
    """The database was brought up to date by a newer version of this program."""


def upgrade(engine: Engine) -> str:
    """Bring the database to the newest revision, which is returned; all steps or none.

    Processes that start together wait for each other. Does nothing where nothing is to be done.
    Raises sqlalchemy's OperationalError when the database is out of reach, NewerDatabaseError.
    """
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(lock, {"key": _UPGRADE_LOCK})
        config = _config(connection)
        at = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if at is not None and at not in known:
            raise NewerDatabaseError(f"the database is at revision {at}, unknown to this version")
        command.upgrade(config, "head")
    return head_revision()


def head_revision() -> str:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current_revision(engine: Engine) -> str | None:
    """The revision the database is at; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def current_is_head(engine: Engine) -> bool:
    """Whether the database is at the newest revision."""
    return current_revision(engine) == head_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
