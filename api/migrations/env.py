"""What Alembic runs: the migrations on the connection that ``upgrade`` hands in."""

from alembic import context

from analytics.prognosis import tables as prognosis
from analytics.tickets import tables as tickets
from collector.fleet import tables as fleet
from collector.ingest import tables as ingest
from collector.ledger import tables as ledger

METADATA = [fleet.METADATA, ingest.METADATA, ledger.METADATA, tickets.METADATA, prognosis.METADATA]

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run migrations with: suluh migrate")
context.configure(connection=connection, target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
