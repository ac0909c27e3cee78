"""How the ledger is kept."""

from sqlalchemy import BigInteger, Column, Double, Index, MetaData, String, Table, Text, text

METADATA = MetaData()
_NONE = text("''")
_ZERO = text("0")
_HAS_HOLES = text("ask_s IS NOT NULL")
"""Few rows: an index of all of them would cost every reading something."""

sequences = Table(
    "sequences",
    METADATA,
    Column("publisher", String, primary_key=True),
    Column("serial", String, primary_key=True),
    # -1: readings without a number, counted as they come.
    Column("boot", BigInteger, primary_key=True, autoincrement=False),
    *(
        Column(name, Text, nullable=False, server_default=_NONE)
        for name in ("settled_runs", "refused_runs", "lost_runs", "known_runs", "reason")
    ),
    *(
        Column(name, BigInteger, nullable=False, server_default=_ZERO)
        for name in ("received", "folded_refused", "folded_lost")
    ),
    # Worked out from the above at every change, so that the database can add them up.
    *(
        Column(name, BigInteger, nullable=False, server_default=_ZERO)
        for name in ("sent", "stored", "refused", "lost", "missing", "duplicates")
    ),
    Column("heard_s", Double, nullable=False),
    # Of the holes: since when, up to which number they are as old; when to ask, how often asked.
    Column("missing_since_s", Double),
    Column("missing_upto", BigInteger),
    Column("ask_s", Double),
    Column("asked", BigInteger, nullable=False, server_default=_ZERO),
    Index("ix_sequences_serial", "serial"),
    Index("ix_sequences_ask", "ask_s", sqlite_where=_HAS_HOLES, postgresql_where=_HAS_HOLES),
)

counted_spools = Table(
    "counted_spools",
    METADATA,
    # What came up to this delivery is counted; a spool taken again must not count twice.
    Column("spool", String, primary_key=True),
    Column("live_id", BigInteger, nullable=False),
    Column("backlog_id", BigInteger, nullable=False),
)

traffic = Table(
    "traffic",
    METADATA,
    Column("publisher", String, primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("messages", BigInteger, nullable=False),
    Column("payload_bytes", BigInteger, nullable=False),
    Column("line_bytes", BigInteger, nullable=False),
)

publisher_states = Table(
    "publisher_states",
    METADATA,
    Column("publisher", String, primary_key=True),
    Column("said_s", Double, nullable=False),
    Column("outbox_rows", BigInteger, nullable=False),
    Column("produced", BigInteger),
    Column("since_boot", BigInteger, nullable=False),
    # Readings of this publisher that were settled when it said so.
    Column("settled_then", BigInteger, nullable=False),
    # A gateway's version, and what it does about another one.
    *(
        Column(name, String, nullable=False, server_default=_NONE)
        for name in ("release", "update_said")
    ),
)
