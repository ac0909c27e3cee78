"""Whether the relational database is there and at this version's shape, without changing it."""

from __future__ import annotations

from pathlib import Path

from api.health.finding import Finding, Verdict
from api.migrations import current_revision, head_revision
from collector.fleet.database import open_engine

_SQLITE = "sqlite:///"
_MIGRATE = "./suluh migrate"


def database(url: str) -> Finding:
    """What state the database at the SQLAlchemy address `url` is in.

    The address may hold a password, so it is never repeated.
    """
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        found = "SQLite, not there yet; the first start makes it"
        return Finding("database", Verdict.NOTICE, found, _MIGRATE)
    kind = "SQLite" if url.startswith(_SQLITE) else "PostgreSQL"
    try:
        engine = open_engine(url)
        try:
            revision = current_revision(engine)
        finally:
            engine.dispose()
    # Whatever keeps a database from answering is a finding; the doctor itself must not fall ill.
    except Exception as error:
        to_do = "check SULUH_DATABASE_URL, and that the server runs"
        return Finding("database", Verdict.FAULT, f"{kind}: {type(error).__name__}", to_do)
    if revision == head_revision():
        return Finding("database", Verdict.OK, f"{kind}, migrated ({revision})")
    found = f"{kind}, at {revision or 'nothing'}, this version wants {head_revision()}"
    return Finding("database", Verdict.FAULT, found, _MIGRATE)
