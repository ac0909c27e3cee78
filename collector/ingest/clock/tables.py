"""How decisions about wrong clocks are kept."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, String, Table

METADATA = MetaData()

wrong_clocks = Table(
    "wrong_clocks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("serial", String, nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("offset_s", Double, nullable=False),
    Index("ix_wrong_clocks_boot", "serial", "boot", unique=True),
)

rebuilt_times = Table(
    "rebuilt_times",
    METADATA,
    Column("serial", String, primary_key=True),
    Column("boot", BigInteger, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("device_time_s", Double, nullable=False),
    Column("time_s", BigInteger, nullable=False),
    # A store keeps one reading a second of each serial.
    Index("ix_rebuilt_times_second", "serial", "time_s", unique=True),
)
