"""The newest forecast of every system's battery is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room for one forecast a system."""
    op.create_table(
        "battery_forecasts",
        sa.Column("system", sa.String, primary_key=True),
        sa.Column("as_of_s", sa.Double, nullable=False),
        sa.Column("p_dark_4w", sa.Double, nullable=False),
        sa.Column("p_dark_8w", sa.Double, nullable=False),
        sa.Column("few_data", sa.Boolean, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
    )
