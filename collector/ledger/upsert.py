"""Many rows into a table in one go: inserted, or changed where their key is there already.

The database does the work, and no object is made for a row: SQLite is given tuples, PostgreSQL an
array for each column.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    added: frozenset[str] = frozenset(),
) -> None:
    """Insert ``rows`` of ``columns``; where the table's key is there, those are set, or ``added``.

    No key may be twice among the rows.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        arrays = {name: list(of) for name, of in zip(columns, zip(*rows, strict=True), strict=True)}
        connection.execute(_of_arrays(table, columns, added), arrays)
    else:
        connection.exec_driver_sql(_of_tuples(table, columns, added), list(rows))


@cache
def _of_arrays(table: Table, columns: tuple[str, ...], added: frozenset[str]) -> Insert:
    arrays = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in columns]
    news = func.unnest(*arrays).table_valued(*columns).render_derived()
    insert = postgresql.insert(table).from_select(columns, select(*(news.c[n] for n in columns)))
    return insert.on_conflict_do_update(
        index_elements=_key_of(table), set_=_changed(table, columns, added, insert.excluded)
    )


@cache
def _of_tuples(table: Table, columns: tuple[str, ...], added: frozenset[str]) -> str:
    insert = sqlite.insert(table).values({name: bindparam(name) for name in columns})
    statement = insert.on_conflict_do_update(
        index_elements=_key_of(table), set_=_changed(table, columns, added, insert.excluded)
    )
    compiled = statement.compile(dialect=sqlite.dialect())
    if tuple(compiled.positiontup or ()) != columns:
        raise ValueError(f"columns of {table.name} are to be named in its own order: {columns}")
    return str(compiled)


def _key_of(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _changed(
    table: Table, columns: Sequence[str], added: frozenset[str], new: Any
) -> dict[str, Any]:
    key = _key_of(table)
    return {
        name: table.c[name] + new[name] if name in added else new[name]
        for name in columns
        if name not in key
    }
