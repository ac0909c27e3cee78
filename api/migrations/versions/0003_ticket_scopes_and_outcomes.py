"""Tickets speak for a system, a gateway or a village; what technicians found is kept."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHOSE = {
    "for_gateway": (
        "gateway",
        "SELECT gateway FROM assignments WHERE system = :system ORDER BY from_s DESC LIMIT 1",
    ),
    "for_village": ("village", "SELECT village FROM systems WHERE code = :system"),
}
"""How the evidence said so until now, and where the name stands."""


def upgrade() -> None:
    """Give every ticket its scope, and make room for outcomes."""
    text = {"nullable": False, "server_default": sa.text("''")}
    op.add_column("tickets", sa.Column("scope", sa.String, **text))
    op.add_column("tickets", sa.Column("scope_id", sa.String, **text))
    op.add_column(
        "tickets",
        sa.Column("state_s", sa.Double, nullable=False, server_default=sa.text("0")),
    )
    op.drop_index("ix_tickets_one_open", "tickets")
    op.execute("UPDATE tickets SET scope = 'system', scope_id = system, state_s = updated_s")
    _speak_for_all()
    op.create_index("ix_tickets_closed", "tickets", ["closed_s"])
    op.create_index(
        "ix_tickets_one_open",
        "tickets",
        ["scope", "scope_id", "fault"],
        unique=True,
        sqlite_where=sa.text("closed_s IS NULL"),
        postgresql_where=sa.text("closed_s IS NULL"),
    )
    op.create_table(
        "ticket_outcomes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket", sa.Integer, sa.ForeignKey("tickets.number"), nullable=False),
        sa.Column("at_s", sa.Double, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("said_by", sa.String, nullable=False),
    )
    op.create_index("ix_ticket_outcomes_ticket", "ticket_outcomes", ["ticket"])


def _speak_for_all() -> None:
    """Tickets of silence that spoke for a gateway or a village said so in their evidence."""
    connection = op.get_bind()
    silent = "SELECT number, system, evidence FROM tickets WHERE fault = 'silent'"
    change = "UPDATE tickets SET scope = :scope, scope_id = :whose WHERE number = :number"
    for number, system, evidence in connection.execute(sa.text(silent)).all():
        told = json.loads(evidence) if isinstance(evidence, str) else evidence
        for flag, (scope, question) in _WHOSE.items():
            if flag not in told:
                continue
            whose = connection.execute(sa.text(question), {"system": system}).scalar()
            if whose:
                values = {"scope": scope, "whose": whose, "number": number}
                connection.execute(sa.text(change), values)
