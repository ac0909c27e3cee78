"""Data formats: one TOML file each, found by its place. Adding one changes no code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_INDEX


class DataFormatError(ValueError):
    """A data format file is wrong; the message names the file and what to mend."""


@dataclass(frozen=True)
class DataFormat:
    """The order and scale of a row: value = number on the wire / ``divisor``.

    ``column`` (shape (fields,)) is each field's position in the field table.
    """

    number: int
    name: str
    fields: tuple[str, ...]
    column: NDArray[np.int64]
    divisor: NDArray[np.float64]


def read_format(path: Path) -> DataFormat:
    """Read one file. Raises DataFormatError when a field is unknown, doubled or has no scale."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = data.get("fields", [])
    names = tuple(row[0] for row in rows)
    unknown = [n for n in names if n not in FIELD_INDEX]
    if unknown or len(set(names)) != len(names) or not names:
        raise DataFormatError(f"{path.name}: unknown, doubled or no fields: {unknown or names}")
    if any(len(row) != 2 or row[1] <= 0 for row in rows):
        raise DataFormatError(f"{path.name}: every field needs a divisor above 0")
    return DataFormat(
        int(data["df"]),
        str(data["name"]),
        names,
        np.array([FIELD_INDEX[n] for n in names]),
        np.array([float(row[1]) for row in rows]),
    )


@cache
def data_formats() -> Mapping[int, DataFormat]:
    """Every known format by its ``df`` number. Raises DataFormatError if two share a number."""
    found: dict[int, DataFormat] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        one = read_format(path)
        if one.number in found:
            raise DataFormatError(
                f"{path.name}: df {one.number} is taken by {found[one.number].name}"
            )
        found[one.number] = one
    return found
