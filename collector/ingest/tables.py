"""How dead letters are kept."""

from sqlalchemy import (
    Column,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData()

dead_letters = Table(
    "dead_letters",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("publisher", String, nullable=False),
    Column("topic", Text, nullable=False),
    Column("received_s", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("readings", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("content_type", String, nullable=False, server_default=text("''")),
    Column("settled_s", Double),
    Column("unnumbered", Integer, nullable=False, server_default=text("0")),
    sqlite_autoincrement=True,
)
