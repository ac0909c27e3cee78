"""How the registry is kept: villages, gateways, systems, and dated device assignments."""

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    event,
    text,
)

METADATA = MetaData()

villages = Table(
    "villages",
    METADATA,
    Column("name", String, primary_key=True),
    Column("district", String, nullable=False),
    Column("province", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("latitude", Double, nullable=False),
    Column("longitude", Double, nullable=False),
)

gateways = Table(
    "gateways",
    METADATA,
    Column("name", String, primary_key=True),
    Column("village", ForeignKey("villages.name"), nullable=False),
)

systems = Table(
    "systems",
    METADATA,
    Column("code", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("village", ForeignKey("villages.name"), nullable=False, index=True),
    Column("hamlet", String, nullable=False),
    Column("panel_w", Double, nullable=False),
    Column("battery_ah", Double, nullable=False),
    Column("battery_chemistry", String, nullable=False),
    Column("nominal_v", Double, nullable=False),
    Column("installed_on", Date, nullable=False),
)

assignments = Table(
    "assignments",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("serial", String, nullable=False),
    Column("system", ForeignKey("systems.code"), nullable=False),
    Column("from_s", BigInteger, nullable=False),
    Column("until_s", BigInteger),
    Column("gateway", ForeignKey("gateways.name")),
    Column("controller", String, nullable=False),
    Column("unit", Integer),
    CheckConstraint("until_s IS NULL OR until_s > from_s", name="ck_assignments_forward"),
    Index("ix_assignments_serial", "serial", "from_s", unique=True),
    Index("ix_assignments_system", "system", "from_s", unique=True),
    # One bus address is one device at a time.
    Index(
        "ix_assignments_unit",
        "gateway",
        "unit",
        unique=True,
        sqlite_where=text("until_s IS NULL"),
        postgresql_where=text("until_s IS NULL"),
    ),
)

# A device is at one system at a time, and a system has one device at a time. PostgreSQL says so
# in a constraint; SQLite has none for ranges, so triggers refuse what overlaps.
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
OVERLAP_RULES = {
    "sqlite": (
        _OVERLAP.format(event="insert", when="INSERT"),
        _OVERLAP.format(event="update", when="UPDATE"),
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        _EXCLUDE.format(column="serial"),
        _EXCLUDE.format(column="system"),
    ),
}
for _dialect, _rules in OVERLAP_RULES.items():
    for _rule in _rules:
        event.listen(assignments, "after_create", DDL(_rule).execute_if(dialect=_dialect))
