"""Versions of the gateway's program, who is to run which, and what gateways say of it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TEXT = {"nullable": False, "server_default": sa.text("''")}


def upgrade() -> None:
    """Make its tables; a publisher's state gets what it says of versions."""
    op.create_table(
        "releases",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("made_s", sa.Double, nullable=False),
        sa.Column("archive", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "release_orders",
        sa.Column("gateway", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), sa.ForeignKey("releases.digest"), nullable=False),
        sa.Column("assigned_s", sa.Double, nullable=False),
        sa.Column("told_s", sa.Double),
    )
    for name in ("release", "update_said"):
        op.add_column("publisher_states", sa.Column(name, sa.String, **_TEXT))
