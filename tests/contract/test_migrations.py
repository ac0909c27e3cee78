"""The migrated database is the one that the tables describe, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from analytics.prognosis import tables as prognosis
from analytics.tickets import tables as tickets
from analytics.tickets.port import TicketFilter
from analytics.tickets.repository import SqlTicketBook
from api.migrations import (
    NewerDatabaseError,
    _config,
    current_is_head,
    current_revision,
    head_revision,
    upgrade,
)
from collector.fleet import tables as fleet
from collector.fleet.database import open_engine
from collector.ingest import tables as ingest
from collector.ingest.clock import tables as clock
from collector.ledger import tables as ledger
from collector.publishers import tables as publishers
from collector.releases import tables as releases

METADATA = [
    fleet.METADATA,
    ingest.METADATA,
    clock.METADATA,
    ledger.METADATA,
    publishers.METADATA,
    releases.METADATA,
    tickets.METADATA,
    prognosis.METADATA,
]


@pytest.fixture
def empty_engine(database_url):
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine):
    """Of its own: these tests take it apart."""
    upgrade(empty_engine)
    return empty_engine


def _rules(engine):
    """What autogenerate does not see: checks, exclusions, triggers and the words of indexes."""
    queries = {
        "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type != 'table' "
        "AND tbl_name != 'alembic_version' ORDER BY name",
        "postgresql": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid::regclass::text NOT IN ('alembic_version', '-') "
        "UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND tablename != 'alembic_version' ORDER BY 1, 2",
    }
    with engine.connect() as connection:
        rows = connection.execute(text(queries[engine.name]))
        return [tuple(" ".join(str(cell).split()) for cell in row) for row in rows]


def _columns(engine):
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
        if engine.name == "sqlite"
        else "SELECT table_name, column_name, data_type, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    with engine.connect() as connection:
        rows = [tuple(r) for r in connection.execute(text(query))]
    rows = [r for r in rows if "alembic_version" not in str(r[0])]
    return [_clauses(r[0]) for r in rows] if engine.name == "sqlite" else rows


def _clauses(sql):
    """A table's words clause by clause: a column that was added later stands at the end."""
    head, _, body = sql.partition("(")
    clauses = (" ".join(clause.split()) for clause in body.rstrip(") \n").split(","))
    return [head.strip(), *sorted(clause.rstrip(") ") for clause in clauses)]


def test_the_migrated_database_is_what_the_tables_say(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_the_migrated_database_is_what_create_all_makes(engine):
    migrated_rules, migrated_columns = _rules(engine), _columns(engine)
    with engine.execution_options(writes=True).begin() as connection:
        for metadata in reversed(METADATA):
            metadata.drop_all(connection)
        for metadata in METADATA:
            metadata.create_all(connection)
    assert any("overlap" in str(rule) for rule in migrated_rules)
    assert _rules(engine) == migrated_rules
    assert _columns(engine) == migrated_columns


def test_an_upgrade_is_known_and_repeats_harmlessly(empty_engine):
    assert current_revision(empty_engine) is None
    assert not current_is_head(empty_engine)
    assert upgrade(empty_engine) == head_revision()
    assert current_is_head(empty_engine)
    upgrade(empty_engine)
    assert current_is_head(empty_engine)


def test_tickets_of_before_say_for_whom_they_speak(empty_engine):
    """As version 0002 kept them: an outage was known by its evidence."""
    with empty_engine.execution_options(writes=True).begin() as connection:
        command.upgrade(_config(connection), "0002")
        for statement in _BEFORE_SCOPES:
            connection.execute(text(statement))
    upgrade(empty_engine)
    book = SqlTicketBook(empty_engine)
    found = {t.number: (t.scope.value, t.whose) for t in book.find(TicketFilter())}
    assert found == {1: ("gateway", "gw-boti"), 2: ("village", "Boti"), 3: ("system", "A")}
    assert book.get(3).state_s == 5.0


_TICKET = (
    "INSERT INTO tickets (number, system, fault, state, severity, opened_s, updated_s, due_s, "
    "reason, evidence) VALUES ({}, '{}', '{}', 'new', 0.5, 1, 5, 9, '', '{}')"
)
_BEFORE_SCOPES = (
    "INSERT INTO villages VALUES ('Boti', 'TTS', 'NTT', 'Asia/Makassar', -9.9, 124.4)",
    "INSERT INTO gateways VALUES ('gw-old', 'Boti'), ('gw-boti', 'Boti')",
    *(
        "INSERT INTO systems VALUES "
        f"('{code}', 'home', 'Boti', '', 50, 40, 'lead_acid', 12, '2025-06-01')"
        for code in "AB"
    ),
    """INSERT INTO assignments (serial, system, from_s, until_s, gateway, controller)
    VALUES ('K1', 'A', 1, 50, 'gw-old', ''), ('K2', 'A', 50, NULL, 'gw-boti', '')""",
    _TICKET.format(1, "A", "silent", '{"for_gateway"\\: 1.0, "silent_days"\\: 3.0}'),
    _TICKET.format(2, "B", "silent", '{"for_village"\\: 1.0}'),
    _TICKET.format(3, "A", "panel_soiled", '{"loss_percent"\\: 20.0}'),
)


def test_a_failed_upgrade_leaves_nothing_behind(empty_engine):
    with empty_engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE dead_letters (other INTEGER)"))
    with pytest.raises(Exception, match="dead_letters"):
        upgrade(empty_engine)
    assert current_revision(empty_engine) is None
    with empty_engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DROP TABLE dead_letters"))
    upgrade(empty_engine)
    assert current_is_head(empty_engine)


def test_processes_that_start_together_wait_for_each_other(database_url):
    def start(_):
        engine = open_engine(database_url)
        try:
            return upgrade(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(start, range(4))) == {head_revision()}


def test_a_database_of_a_newer_version_is_left_alone(engine):
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError, match="9999"):
        upgrade(engine)
