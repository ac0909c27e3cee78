"""Reads the map files of ``maps/``; a controller is added by adding a file there."""

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from collector.controllers.check import problems
from collector.controllers.controller_map import (
    Address,
    Block,
    ControllerMap,
    Link,
    Register,
    Status,
    Vector,
)
from collector.controllers.word_types import WORD_TYPES
from collector.domain.fields import FIELD_INDEX

MAPS = Path(__file__).parent / "maps"
_WHOLE_WORD = {"bool": (0.0, 1.0), "enum16": (0.0, 65535.0), "bits16": (0.0, 65535.0)}


class MapError(ValueError):
    """A map file is unknown, cannot be read or contradicts itself; says what to correct."""


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """Base of the file's rows: a misspelt key is an error, not a silence."""


class _BlockRow(_Row):
    name: str
    fn: int
    at: int
    count: int
    optional: bool = False
    poll: bool = False


class _RegisterRow(_Row):
    at: int
    fn: int
    name: str
    type: str
    scale: float
    sources: tuple[str, ...]
    unit: str = ""
    min: float | None = None
    max: float | None = None
    field: str = ""
    enum: str = ""
    single: bool = False


class _StatusRow(_Row):
    word: str
    bits: tuple[int, int]
    equals: int = msgspec.field(name="is")
    name: str
    severity: str
    fault: str = ""
    field: str = ""
    code: int | None = None


class _VectorRow(_Row):
    name: str
    source: str
    words: dict[str, str]
    expected: dict[str, float]


class _MapFile(_Row):
    title: str
    data_format: int
    link: Link
    sources: dict[str, str]
    blocks: tuple[_BlockRow, ...]
    registers: tuple[_RegisterRow, ...]
    unverified: bool = False
    status: tuple[_StatusRow, ...] = ()
    enums: dict[str, dict[str, str]] = {}
    vectors: tuple[_VectorRow, ...] = ()


def map_names() -> tuple[str, ...]:
    """Names of all controllers there is a map for."""
    return tuple(sorted(file.stem for file in MAPS.glob("*.toml")))


@cache
def load_map(name: str) -> ControllerMap:
    """The map of a controller, checked. Raises MapError."""
    if name not in map_names():
        known = ", ".join(map_names())
        raise MapError(f"no map for controller {name!r}; known are: {known}")
    controller = read_map(MAPS / f"{name}.toml")
    if wrong := problems(controller):
        raise MapError(f"map {name}: " + "; ".join(wrong))
    return controller


def read_map(file: Path) -> ControllerMap:
    """A map as its file says, unchecked. Raises MapError when it cannot be understood."""
    try:
        said = msgspec.convert(tomllib.loads(file.read_text("utf-8")), _MapFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MapError(f"{file.name}: {error}") from error
    return ControllerMap(
        name=file.stem,
        title=said.title,
        data_format=said.data_format,
        unverified=said.unverified,
        link=said.link,
        sources=MappingProxyType(said.sources),
        blocks=tuple(Block(b.name, b.fn, b.at, b.count, b.optional, b.poll) for b in said.blocks),
        registers=tuple(_register(r) for r in said.registers),
        status=tuple(_status(s) for s in said.status),
        enums=MappingProxyType(
            {n: {int(k): v for k, v in codes.items()} for n, codes in said.enums.items()}
        ),
        vectors=tuple(_vector(v) for v in said.vectors),
    )


def _register(row: _RegisterRow) -> Register:
    low, high = _WHOLE_WORD.get(row.type, (None, None))
    low, high = low if row.min is None else row.min, high if row.max is None else row.max
    if low is None or high is None:
        raise MapError(f"register {row.name}: say min and max")
    if row.type not in WORD_TYPES:
        raise MapError(f"register {row.name}: type {row.type!r} is not one of {list(WORD_TYPES)}")
    if row.single != (len(row.sources) == 1):
        raise MapError(f"register {row.name}: two sources, or one and single = true")
    return Register(
        name=row.name,
        function=row.fn,
        address=row.at,
        type=row.type,
        scale=row.scale,
        unit=row.unit,
        minimum=low,
        maximum=high,
        sources=row.sources,
        field=row.field or (row.name if row.name in FIELD_INDEX else ""),
        enum=row.enum or (row.name if row.type == "enum16" else ""),
    )


def _status(row: _StatusRow) -> Status:
    return Status(
        row.word, *row.bits, row.equals, row.name, row.severity, row.fault, row.field, row.code
    )


def _vector(row: _VectorRow) -> Vector:
    words: dict[Address, int] = {}
    for start, text in row.words.items():
        function, address = start.split(":")
        for i, word in enumerate(text.split()):
            words[int(function), int(address, 16) + i] = int(word, 16)
    return Vector(row.name, row.source, MappingProxyType(words), MappingProxyType(row.expected))


def enum_text(controller: ControllerMap, register: Register, raw: int) -> str:
    """The name of an enumerated value; ``unknown:<raw>`` for one the map does not know."""
    codes: dict[int, Any] = dict(controller.enums.get(register.enum, {}))
    return str(codes.get(raw, f"unknown:{raw}"))
