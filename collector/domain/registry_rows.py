"""One row of a registry file: its columns, and what they say of a system and its device."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.domain import registry_cells as cells
from collector.domain.clock import day_start_s
from collector.domain.device import Assignment, Chemistry, Kind, System, Village
from collector.domain.registry_cells import Cell, CellError

_KINDS = ", ".join(Kind)
_CHEMISTRIES = ", ".join(Chemistry)

# Ranges: what the programme installs lies far inside them [K]; they catch slipped units and digits.
REQUIRED: Mapping[str, Callable[[Cell], Any]] = {
    "serial": cells.identifier,
    "household": cells.code,
    "village": cells.text,
    "district": cells.text,
    "kind": cells.one_of(Kind, _KINDS),
    "panel_w": cells.number(5, 5_000, "W"),
    "battery_ah": cells.number(1, 5_000, "Ah"),
    "battery_chemistry": cells.one_of(Chemistry, _CHEMISTRIES),
    "nominal_v": cells.number(6, 60, "V"),
    "installed_on": cells.day,
    "latitude": cells.number(-90, 90, "deg"),
    "longitude": cells.number(-180, 180, "deg"),
    "timezone": cells.timezone,
}
OPTIONAL: Mapping[str, Callable[[Cell], Any]] = {
    "gateway": cells.identifier,
    "province": cells.text,
    "hamlet": cells.text,
    "controller": cells.identifier,
    "unit": cells.whole(1, 247),  # addresses of a Modbus bus
}
_PARSERS = {**REQUIRED, **OPTIONAL}


@dataclass(frozen=True, slots=True, order=True)
class RowError:
    """What is wrong in a row (numbered as a spreadsheet shows it) and what to do about it."""

    row: int
    column: str
    id: str
    en: str


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One row understood: a system, its village, and the device that measures it now."""

    row: int
    village: Village
    system: System
    assignment: Assignment


def column_positions(header: Sequence[Cell]) -> tuple[dict[str, int], list[str], list[str]]:
    """Where each known column stands: (position of each name, missing names, unknown names)."""
    names = [cells.shown(cell).lower().replace(" ", "_") for cell in header]
    positions = {name: i for i, name in reversed(list(enumerate(names))) if name in _PARSERS}
    missing = [name for name in REQUIRED if name not in positions]
    return positions, missing, [name for name in names if name and name not in _PARSERS]


def parse_row(
    row: int, record: Sequence[Cell], positions: Mapping[str, int]
) -> tuple[RegistryRow | None, list[RowError]]:
    """A row understood, or everything that is wrong with it."""
    values: dict[str, Any] = {}
    errors: list[RowError] = []
    for column, parse in _PARSERS.items():
        at = positions.get(column, -1)
        cell = record[at] if 0 <= at < len(record) else None
        if not cells.shown(cell):
            values[column] = None if column == "unit" else ""
            if column in REQUIRED:
                errors.append(RowError(row, column, "kosong; harus diisi", "empty; fill it in"))
            continue
        try:
            values[column] = parse(cell)
        except CellError as error:
            errors.append(RowError(row, column, error.id, error.en))
    return (None, errors) if errors else (_row_of(row, values), [])


def _row_of(row: int, values: Mapping[str, Any]) -> RegistryRow:
    village = Village(
        values["village"],
        values["district"],
        values["province"],
        values["timezone"],
        values["latitude"],
        values["longitude"],
    )
    system = System(
        code=values["household"],
        kind=values["kind"],
        village=village.name,
        hamlet=values["hamlet"],
        panel_w=values["panel_w"],
        battery_ah=values["battery_ah"],
        battery_chemistry=values["battery_chemistry"],
        nominal_v=values["nominal_v"],
        installed_on=values["installed_on"],
    )
    assignment = Assignment(
        values["serial"],
        system.code,
        day_start_s(system.installed_on, village.timezone),
        None,
        values["gateway"],
        values["controller"],
        values["unit"],
    )
    return RegistryRow(row, village, system, assignment)
