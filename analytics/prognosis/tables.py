"""How forecasts are kept: one row a system, the newest night's."""

from sqlalchemy import JSON, Boolean, Column, Double, MetaData, String, Table

METADATA = MetaData()

battery_forecasts = Table(
    "battery_forecasts",
    METADATA,
    Column("system", String, primary_key=True),
    Column("as_of_s", Double, nullable=False),
    Column("p_dark_4w", Double, nullable=False),
    Column("p_dark_8w", Double, nullable=False),
    Column("few_data", Boolean, nullable=False),
    # [[fact, value, log-odds added], ...], strongest first.
    Column("reasons", JSON, nullable=False),
)
