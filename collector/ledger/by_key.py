"""Rows of the ledger by their whole keys, many at once.

Not by serial alone: a device that begins a new boot with every reading has a row for each.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, CursorResult

from collector.ledger.port import Key

_OF_ARRAYS = (
    "SELECT {} FROM unnest(%(publishers)s::text[], %(serials)s::text[], %(boots)s::bigint[])"
    " AS wanted (a, b, c) JOIN sequences ON publisher = a AND serial = b AND boot = c"
)
# Written so that SQLite goes from what is wanted to the index of keys, and not the other way.
_OF_JSON = (
    "SELECT {} FROM json_each(?) AS wanted CROSS JOIN sequences"
    " WHERE publisher = json_extract(wanted.value, '$[0]')"
    " AND serial = json_extract(wanted.value, '$[1]')"
    " AND boot = json_extract(wanted.value, '$[2]')"
)


def select_by_key(
    connection: Connection, columns: str, keys: Collection[Key]
) -> CursorResult[*tuple[Any, ...]]:
    """These columns, as SQL, of the rows of these keys that there are."""
    if connection.dialect.name != "postgresql":
        return connection.exec_driver_sql(_OF_JSON.format(columns), (json.dumps(list(keys)),))
    wanted = {
        "publishers": [key.publisher for key in keys],
        "serials": [key.serial for key in keys],
        "boots": [key.boot for key in keys],
    }
    return connection.exec_driver_sql(_OF_ARRAYS.format(columns), wanted)
