"""The ledger: which numbers were taken, what a publisher sent, and what it says it still has."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NUMBER = {"nullable": False, "server_default": sa.text("0")}
_TEXT = {"nullable": False, "server_default": sa.text("''")}


def upgrade() -> None:
    """Make its tables; letters say how many of their readings have no number."""
    op.add_column("dead_letters", sa.Column("unnumbered", sa.Integer, **_NUMBER))
    # Letters of before are of readings that no ledger has numbers of.
    op.execute("UPDATE dead_letters SET unnumbered = readings")
    _sequences()
    op.create_table(
        "counted_spools",
        sa.Column("spool", sa.String, primary_key=True),
        sa.Column("live_id", sa.BigInteger, nullable=False),
        sa.Column("backlog_id", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "traffic",
        sa.Column("publisher", sa.String, primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("messages", sa.BigInteger, nullable=False),
        sa.Column("payload_bytes", sa.BigInteger, nullable=False),
        sa.Column("line_bytes", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "publisher_states",
        sa.Column("publisher", sa.String, primary_key=True),
        sa.Column("said_s", sa.Double, nullable=False),
        sa.Column("outbox_rows", sa.BigInteger, nullable=False),
        sa.Column("produced", sa.BigInteger),
        sa.Column("since_boot", sa.BigInteger, nullable=False),
        sa.Column("settled_then", sa.BigInteger, nullable=False),
    )


def _sequences() -> None:
    runs = ("settled_runs", "refused_runs", "lost_runs", "known_runs", "reason")
    counts = ("received", "folded_refused", "folded_lost")
    sums = ("sent", "stored", "refused", "lost", "missing", "duplicates")
    op.create_table(
        "sequences",
        sa.Column("publisher", sa.String, primary_key=True),
        sa.Column("serial", sa.String, primary_key=True),
        sa.Column("boot", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, **_TEXT) for name in runs),
        *(sa.Column(name, sa.BigInteger, **_NUMBER) for name in (*counts, *sums)),
        sa.Column("heard_s", sa.Double, nullable=False),
        sa.Column("missing_since_s", sa.Double),
        sa.Column("missing_upto", sa.BigInteger),
        sa.Column("ask_s", sa.Double),
        sa.Column("asked", sa.BigInteger, **_NUMBER),
    )
    op.create_index("ix_sequences_serial", "sequences", ["serial"])
    op.create_index("ix_sequences_ask", "sequences", ["ask_s"])
