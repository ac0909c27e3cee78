"""How publishers' credentials are kept."""

from sqlalchemy import Column, Double, MetaData, String, Table

METADATA = MetaData()

publishers = Table(
    "publishers",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("secret_hash", String, nullable=False),
    Column("made_s", Double, nullable=False),
    Column("revoked_s", Double),
)
