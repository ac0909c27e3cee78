"""Decisions about readings whose device had a wrong clock."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "wrong_clocks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("serial", sa.String, nullable=False),
        sa.Column("boot", sa.BigInteger, nullable=False),
        sa.Column("offset_s", sa.Double, nullable=False),
    )
    op.create_index("ix_wrong_clocks_boot", "wrong_clocks", ["serial", "boot"], unique=True)
    op.create_table(
        "rebuilt_times",
        sa.Column("serial", sa.String, primary_key=True),
        sa.Column("boot", sa.BigInteger, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True),
        sa.Column("device_time_s", sa.Double, nullable=False),
        sa.Column("time_s", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_rebuilt_times_second", "rebuilt_times", ["serial", "time_s"], unique=True)
