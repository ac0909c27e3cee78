"""A dead letter can be stored after all; what its sender said of its encoding is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add two columns."""
    op.add_column(
        "dead_letters",
        sa.Column("content_type", sa.String, nullable=False, server_default=sa.text("''")),
    )
    op.add_column("dead_letters", sa.Column("settled_s", sa.Double))
