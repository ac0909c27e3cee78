"""Reads the map files of ``maps/``; a controller is added by adding a file there."""

import dataclasses
import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from collector.controllers.check import problems
from collector.controllers.controller_map import ControllerMap, Register, Status
from collector.controllers.map_file import MapError, MapFile
from collector.controllers.vedirect import words_of

MAPS = Path(__file__).parent / "maps"
TEXT_LINK = "vedirect"


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
        said = msgspec.convert(_tables(file), MapFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MapError(f"{file.name}: {error}") from error
    except OSError as error:
        raise MapError(f"{file.name}: {error.strerror}") from error
    if TEXT_LINK in said.link.kinds:
        said.laid_out()
    return _with_vectors(_built(file.stem, said), said)


def _tables(file: Path) -> dict[str, Any]:
    """The file's tables. With ``like`` they stand in for those of another file of the folder.

    ``without`` then names registers of the other that this family does not have.
    """
    own = tomllib.loads(file.read_text("utf-8"))
    other, without = own.pop("like", ""), set(own.pop("without", ()))
    if not other:
        return own
    base = tomllib.loads((file.parent / f"{other}.toml").read_text("utf-8"))
    base["registers"] = [r for r in base["registers"] if r["name"] not in without]
    return {**base, **own}


def _built(name: str, said: MapFile) -> ControllerMap:
    everywhere = said.usual_sources or tuple(said.sources)
    registers = tuple(row.register(everywhere) for row in said.registers)
    enums = {n: {int(k): v for k, v in codes.items()} for n, codes in said.enums.items()}
    return ControllerMap(
        name=name,
        title=said.title,
        data_format=said.data_format,
        unverified=said.unverified,
        link=said.link,
        sources=MappingProxyType(said.sources),
        blocks=tuple(row.block() for row in said.blocks),
        registers=registers,
        status=(*(row.status() for row in said.status), *_states(said, registers, enums)),
        enums=MappingProxyType(enums),
        texts=tuple(row.text(everywhere) for row in said.texts),
        derived=said.derived,
        identity=said.identity,
        nameplate=MappingProxyType(said.nameplate),
        lacks=said.lacks,
    )


def _states(
    said: MapFile, registers: tuple[Register, ...], enums: dict[str, dict[int, str]]
) -> list[Status]:
    rows: list[Status] = []
    for name, states in said.states.items():
        register = next((r for r in registers if r.name == name), None)
        if register is None:
            raise MapError(f"states of {name}: there is no such register")
        rows += states.statuses(register, enums.get(register.enum, {}))
    return rows


def _with_vectors(controller: ControllerMap, said: MapFile) -> ControllerMap:
    vectors = (row.vector(words_of(controller, row.fields)) for row in said.vectors)
    return dataclasses.replace(controller, vectors=tuple(vectors))


def enum_text(controller: ControllerMap, register: Register, raw: int) -> str:
    """The name of an enumerated value; ``unknown:<raw>`` for one the map does not know."""
    return controller.enums.get(register.enum, {}).get(raw, f"unknown:{raw}")
