"""How tickets are kept: the tickets, what happened to each, and the state of every system."""

from sqlalchemy import (
    JSON,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData()

tickets = Table(
    "tickets",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("system", String, nullable=False),
    Column("fault", String, nullable=False),
    Column("state", String, nullable=False),
    Column("severity", Double, nullable=False),
    Column("opened_s", Double, nullable=False),
    Column("updated_s", Double, nullable=False),
    Column("due_s", Double, nullable=False),
    Column("closed_s", Double),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("scope", String, nullable=False, server_default=text("''")),
    Column("scope_id", String, nullable=False, server_default=text("''")),
    Column("state_s", Double, nullable=False, server_default=text("0")),
    Index("ix_tickets_system", "system", "number"),
    Index("ix_tickets_closed", "closed_s"),
    # One open ticket per system and cause, whoever writes; or per gateway, or village.
    Index(
        "ix_tickets_one_open",
        "scope",
        "scope_id",
        "fault",
        unique=True,
        sqlite_where=text("closed_s IS NULL"),
        postgresql_where=text("closed_s IS NULL"),
    ),
    sqlite_autoincrement=True,
)

ticket_events = Table(
    "ticket_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), nullable=False, index=True),
    Column("at_s", Double, nullable=False),
    Column("what", String, nullable=False),
    Column("note", Text, nullable=False),
)

system_states = Table(
    "system_states",
    METADATA,
    Column("system", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("since_s", Double, nullable=False),
    Column("as_of_s", Double, nullable=False),
)

ticket_outcomes = Table(
    "ticket_outcomes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("ticket", ForeignKey("tickets.number"), nullable=False, index=True),
    Column("at_s", Double, nullable=False),
    Column("cause", String, nullable=False),
    Column("said_by", String, nullable=False),
)
