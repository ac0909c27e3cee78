"""Devices by the million, a hundred to each gateway: their registry, and what they send."""

import random
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Engine, Table

from collector.fleet.tables import assignments, gateways, systems, villages
from collector.wire.encode import compressed
from collector.wire.topics import data_topic

DEVICES_A_GATEWAY = 100
GATEWAYS_A_VILLAGE = 10
_ROWS_AT_ONCE = 100_000
Row = dict[str, object]


def _measured(chance: random.Random) -> str:
    """A row of data format 1: volts and amperes of panel and battery, of the load, degrees."""
    spans = ((1100, 2100), (0, 480), (1120, 1440), (0, 420), (0, 160), (220, 480))
    return ",".join(str(chance.randint(*span)) for span in spans)


_ROWS = [f"[[0,{_measured(random.Random(i))}]]" for i in range(997)]
"""No two devices measure the same at once, and none the same twice in a row."""


def serial_of(number: int) -> str:
    """The serial of the device of that number."""
    return f"KPK-{number:07d}"


def gateway_of(number: int) -> str:
    """The gateway that reads the device of that number."""
    return f"gw-{number // DEVICES_A_GATEWAY:05d}"


def register(engine: Engine, devices: int, say: Callable[[str], None]) -> None:
    """Put so many devices into an empty registry on SQLite, each at a system of its own."""
    say(f"registering {devices:,} devices")
    many = range(0, devices, DEVICES_A_GATEWAY)
    tables = (
        (villages, map(_village, many[::GATEWAYS_A_VILLAGE])),
        (gateways, ({"name": gateway_of(n), "village": _village(n)["name"]} for n in many)),
        (systems, map(_system, range(devices))),
        (assignments, map(_assignment, range(devices))),
    )
    for table, rows in tables:
        for part in _parts(rows):
            with engine.execution_options(writes=True).begin() as connection:
                connection.exec_driver_sql(_insert(table, part[0]), part)


def _insert(table: Table, row: Row) -> str:
    """For SQLite as it is: a nation's rows would take the statement's own way ten minutes."""
    return f"INSERT INTO {table.name} ({','.join(row)}) VALUES (:{',:'.join(row)})"


def message(first: int, time_s: int, number: int) -> tuple[str, bytes]:
    """(topic, payload): a reading of each device of a gateway, ``first`` is its first device.

    ``number`` is the reading's, the same for all of them: a device counts its own from 1 on. It is
    compressed, as a gateway does unless it is told not to.
    """
    rows = (
        (n, _ROWS[(n + 31 * number) % len(_ROWS)]) for n in range(first, first + DEVICES_A_GATEWAY)
    )
    said = ",".join(
        f'{{"sn":"{serial_of(n)}","df":1,"ts":{time_s},"b":1,"rc":{number},"hd":{row}}}'
        for n, row in rows
    )
    return data_topic(gateway_of(first)), compressed(f"[{said}]".encode())


def _village(number: int) -> Row:
    name = f"Desa {number // (DEVICES_A_GATEWAY * GATEWAYS_A_VILLAGE)}"
    place = {"timezone": "Asia/Makassar", "latitude": -9.8, "longitude": 124.4}
    return {"name": name, "district": "TTS", "province": "NTT", **place}


def _system(number: int) -> Row:
    return {
        "code": f"BEN-{number:07d}",
        "kind": "home",
        "village": _village(number)["name"],
        "hamlet": "Dusun 1",
        "panel_w": 50.0,
        "battery_ah": 40.0,
        "battery_chemistry": "lead_acid",
        "nominal_v": 12.0,
        "installed_on": "2020-01-01",
    }


def _assignment(number: int) -> Row:
    return {
        "serial": serial_of(number),
        "system": f"BEN-{number:07d}",
        "from_s": 1_577_836_800,
        "gateway": gateway_of(number),
        "controller": "",
    }


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == _ROWS_AT_ONCE:
            yield part
            part = []
    if part:
        yield part
