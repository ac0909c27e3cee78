"""The index of holes to be asked for holds only serials that have any."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make it anew; it is small then, and a reading without a hole costs it nothing."""
    op.drop_index("ix_sequences_ask", "sequences")
    with_holes = sa.text("ask_s IS NOT NULL")
    op.create_index(
        "ix_sequences_ask",
        "sequences",
        ["ask_s"],
        sqlite_where=with_holes,
        postgresql_where=with_holes,
    )
