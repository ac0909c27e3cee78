"""Credentials of devices and gateways."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "publishers",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("secret_hash", sa.String, nullable=False),
        sa.Column("made_s", sa.Double, nullable=False),
        sa.Column("revoked_s", sa.Double),
    )
