"""How versions of the gateway's program are kept."""

from sqlalchemy import (
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

releases = Table(
    "releases",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("signature", Text, nullable=False),
    Column("made_s", Double, nullable=False),
    # A quarter of a megabyte each: so every collector has it, and every backup.
    Column("archive", LargeBinary, nullable=False),
)

release_orders = Table(
    "release_orders",
    METADATA,
    Column("gateway", String(64), primary_key=True),
    Column("digest", String(64), ForeignKey("releases.digest"), nullable=False),
    Column("assigned_s", Double, nullable=False),
    # When the gateway was last told to look.
    Column("told_s", Double),
)
