"""Registry, tickets and dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_OVERLAP = """
CREATE TRIGGER assignments_no_overlap_{event} BEFORE {when} ON assignments
WHEN EXISTS (
  SELECT 1 FROM assignments AS other
  WHERE (other.serial = NEW.serial OR other.system = NEW.system) AND other.id IS NOT NEW.id
    AND other.from_s < coalesce(NEW.until_s, 9223372036854775807)
    AND NEW.from_s < coalesce(other.until_s, 9223372036854775807)
)
BEGIN SELECT RAISE(ABORT, 'device assignments overlap'); END
"""
_EXCLUDE = """
ALTER TABLE assignments ADD CONSTRAINT assignments_no_overlap_{column}
EXCLUDE USING gist ({column} WITH =, int8range(from_s, until_s) WITH &&)
"""


def upgrade() -> None:
    """Make the first tables."""
    _registry()
    _assignments()
    _no_overlaps()
    _tickets()
    _dead_letters()


def _registry() -> None:
    op.create_table(
        "villages",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("district", sa.String, nullable=False),
        sa.Column("province", sa.String, nullable=False),
        sa.Column("timezone", sa.String, nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
    )
    op.create_table(
        "gateways",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("village", sa.String, sa.ForeignKey("villages.name"), nullable=False),
    )
    op.create_table(
        "systems",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("village", sa.String, sa.ForeignKey("villages.name"), nullable=False),
        sa.Column("hamlet", sa.String, nullable=False),
        sa.Column("panel_w", sa.Double, nullable=False),
        sa.Column("battery_ah", sa.Double, nullable=False),
        sa.Column("battery_chemistry", sa.String, nullable=False),
        sa.Column("nominal_v", sa.Double, nullable=False),
        sa.Column("installed_on", sa.Date, nullable=False),
    )
    op.create_index("ix_systems_village", "systems", ["village"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("serial", sa.String, nullable=False),
        sa.Column("system", sa.String, sa.ForeignKey("systems.code"), nullable=False),
        sa.Column("from_s", sa.BigInteger, nullable=False),
        sa.Column("until_s", sa.BigInteger),
        sa.Column("gateway", sa.String, sa.ForeignKey("gateways.name")),
        sa.Column("controller", sa.String, nullable=False),
        sa.Column("unit", sa.Integer),
        sa.CheckConstraint("until_s IS NULL OR until_s > from_s", name="ck_assignments_forward"),
    )
    op.create_index("ix_assignments_serial", "assignments", ["serial", "from_s"], unique=True)
    op.create_index("ix_assignments_system", "assignments", ["system", "from_s"], unique=True)
    op.create_index(
        "ix_assignments_unit",
        "assignments",
        ["gateway", "unit"],
        unique=True,
        sqlite_where=sa.text("until_s IS NULL"),
        postgresql_where=sa.text("until_s IS NULL"),
    )


def _no_overlaps() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(_EXCLUDE.format(column="serial"))
        op.execute(_EXCLUDE.format(column="system"))
    else:
        op.execute(_OVERLAP.format(event="insert", when="INSERT"))
        op.execute(_OVERLAP.format(event="update", when="UPDATE"))


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("system", sa.String, nullable=False),
        sa.Column("fault", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("severity", sa.Double, nullable=False),
        sa.Column("opened_s", sa.Double, nullable=False),
        sa.Column("updated_s", sa.Double, nullable=False),
        sa.Column("due_s", sa.Double, nullable=False),
        sa.Column("closed_s", sa.Double),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tickets_system", "tickets", ["system", "number"])
    op.create_index(
        "ix_tickets_one_open",
        "tickets",
        ["system", "fault"],
        unique=True,
        sqlite_where=sa.text("closed_s IS NULL"),
        postgresql_where=sa.text("closed_s IS NULL"),
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket", sa.Integer, sa.ForeignKey("tickets.number"), nullable=False),
        sa.Column("at_s", sa.Double, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_events_ticket", "ticket_events", ["ticket"])
    op.create_table(
        "system_states",
        sa.Column("system", sa.String, primary_key=True),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("since_s", sa.Double, nullable=False),
        sa.Column("as_of_s", sa.Double, nullable=False),
    )


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        sa.Column("publisher", sa.String, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("received_s", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("readings", sa.Integer, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
