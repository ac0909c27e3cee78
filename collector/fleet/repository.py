"""The registry in a relational database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.fleet.changes import FleetChanges
from collector.fleet.port import Fleet
from collector.fleet.tables import assignments, gateways, systems, villages

_VILLAGE = [villages.c[f.name] for f in fields(Village)]
_SYSTEM = [systems.c[f.name] for f in fields(System)]
_MUTABLE = ("from_s", "until_s", "gateway", "controller", "unit")
_AT_ONCE = 5_000
"""Names in one query: what every database takes."""
_ASSIGNMENT = [assignments.c[f.name] for f in fields(Assignment)]
# Made once: a statement is a cycle of objects, which would keep its thousands of names for long.
_OF_SERIALS = (
    select(*_ASSIGNMENT, *_SYSTEM)
    .join_from(assignments, systems)
    .where(assignments.c.serial.in_(bindparam("serials", expanding=True)))
    .order_by("serial", "from_s")
)
_OF_NAMES = select(*_VILLAGE).where(villages.c.name.in_(bindparam("names", expanding=True)))


class SqlFleet:
    """Villages, systems, gateways and dated assignments behind an engine; see FleetSource."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self) -> Fleet:
        """The registry as of now, read in one transaction."""
        with self._snapshot() as connection:
            return _load(connection)

    def _snapshot(self) -> Connection:
        # Without this, PostgreSQL would let each of several queries see a newer registry.
        repeatable = self._engine.name == "postgresql"
        options = {"isolation_level": "REPEATABLE READ"} if repeatable else {}
        return self._engine.connect().execution_options(**options)

    def is_larger_than(self, many: int) -> bool:
        """Whether it has more assignments than so many."""
        with self._engine.connect() as connection:
            beyond = select(assignments.c.id).order_by(assignments.c.id).offset(many).limit(1)
            return connection.execute(beyond).first() is not None

    def of_serials(self, serials: Sequence[str]) -> Fleet:
        """Only these devices' assignments, with their systems and villages."""
        history: list[Assignment] = []
        found: dict[str, System] = {}
        with self._snapshot() as connection:
            for part in _parts(serials):
                for row in connection.execute(_OF_SERIALS, {"serials": part}):
                    history.append(_assignment(row[: len(_ASSIGNMENT)]))
                    system = _system(row[len(_ASSIGNMENT) :])
                    found[system.code] = system
            names = sorted({system.village for system in found.values()})
            places = [
                Village(*row)
                for part in _parts(names)
                for row in connection.execute(_OF_NAMES, {"names": part})
            ]
        ordered = tuple(sorted(found.values(), key=lambda s: s.code))
        return Fleet({village.name: village for village in places}, ordered, tuple(history))

    def change(self, plan: Callable[[Fleet], FleetChanges]) -> FleetChanges:
        """Carry out what ``plan`` makes of the registry, all or nothing, nobody in between."""
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE villages IN SHARE ROW EXCLUSIVE MODE"))
            fleet = _load(connection)
            changes = plan(fleet)
            _apply(connection, fleet, changes)
        return changes


def _load(connection: Connection) -> Fleet:
    found = [Village(*row) for row in connection.execute(select(*_VILLAGE).order_by("name"))]
    rows = connection.execute(select(*_SYSTEM).order_by(systems.c.code))
    history = connection.execute(select(*_ASSIGNMENT).order_by("serial", "from_s"))
    return Fleet(
        {village.name: village for village in found},
        tuple(sorted((_system(row) for row in rows), key=lambda s: s.code)),
        tuple(_assignment(row) for row in history),
    )


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(names), _AT_ONCE):
        yield names[first : first + _AT_ONCE]


def _system(row: Sequence[Any]) -> System:
    code, kind, village, hamlet, panel_w, battery_ah, chemistry, nominal_v, installed_on = tuple(
        row
    )
    return System(
        code,
        Kind(kind),
        village,
        hamlet,
        panel_w,
        battery_ah,
        Chemistry(chemistry),
        nominal_v,
        installed_on,
    )


def _assignment(row: Sequence[Any]) -> Assignment:
    serial, system, from_s, until_s, gateway, controller, unit = tuple(row)
    return Assignment(serial, system, from_s, until_s, gateway or "", controller, unit)


def _apply(connection: Connection, fleet: Fleet, changes: FleetChanges) -> None:
    _upsert(connection, villages, "name", [asdict(v) for v in changes.villages])
    _upsert(connection, systems, "code", [asdict(s) for s in changes.systems])
    _add_gateways(connection, fleet, changes)
    # Ends first, and bus addresses freed, so that devices can change places in one go.
    _rewrite(connection, [(a, a) for a in changes.ended])
    _rewrite(connection, [(old, replace(old, unit=None)) for old, _ in changes.corrected])
    _rewrite(connection, changes.corrected)
    if changes.begun:
        connection.execute(insert(assignments), [_columns(a) for a in changes.begun])


def _columns(a: Assignment) -> dict[str, Any]:
    return {**asdict(a), "gateway": a.gateway or None}


def _rewrite(connection: Connection, moved: Sequence[tuple[Assignment, Assignment]]) -> None:
    """Change assignments, found by serial and beginning, into what they shall be."""
    statement = (
        update(assignments)
        .where(
            assignments.c.serial == bindparam("of_serial"),
            assignments.c.from_s == bindparam("of_from_s"),
        )
        .values({name: bindparam(name) for name in _MUTABLE})
    )
    rows = [
        {"of_serial": old.serial, "of_from_s": old.from_s}
        | {name: value for name, value in _columns(new).items() if name in _MUTABLE}
        for old, new in moved
    ]
    if rows:
        connection.execute(statement, rows)


def _add_gateways(connection: Connection, fleet: Fleet, changes: FleetChanges) -> None:
    village_of = {s.code: s.village for s in (*fleet.systems, *changes.systems)}
    homes: dict[str, str] = {}
    for a in (*changes.begun, *(new for _, new in changes.corrected)):
        if a.gateway:
            homes.setdefault(a.gateway, village_of[a.system])
    known = set(connection.scalars(select(gateways.c.name)))
    rows = [{"name": g, "village": v} for g, v in homes.items() if g not in known]
    if rows:
        connection.execute(insert(gateways), rows)


def _upsert(
    connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c.name != key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[key], set_=changed), list(rows)
    )
