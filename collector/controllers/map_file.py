"""What a map file may hold, row by row, and what becomes of each row."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from collector.controllers.controller_map import (
    READ_HOLDING_REGISTERS,
    TEXT_FIELDS,
    Address,
    Block,
    Derived,
    Link,
    Register,
    Sign,
    Status,
    Text,
    Vector,
    When,
)
from collector.controllers.texts import TEXT_TYPES
from collector.controllers.word_types import WHOLE_NUMBERS, WORD_TYPES
from collector.domain.fields import FIELD_INDEX


class MapError(ValueError):
    """A map file is unknown, cannot be read or contradicts itself; says what to correct."""


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """Base of the file's rows: a misspelt key is an error, not a silence."""


class BlockRow(Row):
    """Neighbouring words of one request."""

    name: str
    at: int
    count: int
    fn: int = READ_HOLDING_REGISTERS
    optional: bool = False
    poll: bool = False

    def block(self) -> Block:
        """The row as the map has it."""
        return Block(self.name, self.fn, self.at, self.count, self.optional, self.poll)


class _Named(Row):
    """What registers and texts share: a place (or the label of a text field) and sources."""

    name: str
    type: str
    at: int = 0
    fn: int = READ_HOLDING_REGISTERS
    label: str = ""
    sources: tuple[str, ...] = ()
    single: bool = False

    def sourced(self, everywhere: tuple[str, ...]) -> tuple[str, ...]:
        """The row's own sources or else the file's; raises MapError for a secret lone one."""
        sources = self.sources or everywhere
        if self.single != (len(sources) == 1):
            raise MapError(f"register {self.name}: two sources, or one and single = true")
        return sources


class RegisterRow(_Named):
    """One quantity."""

    scale: float = 1.0
    unit: str = ""
    min: float | None = None
    max: float | None = None
    field: str = ""
    enum: str = ""
    scale_by: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    when: dict[str, tuple[int, ...]] | None = None

    def register(self, everywhere: tuple[str, ...]) -> Register:
        """The row as the map has it. Raises MapError."""
        if self.type not in WORD_TYPES:
            raise MapError(f"register {self.name}: type {self.type!r} is not one of {_TYPES}")
        low, high = self._limits()
        when = [When(name, codes) for name, codes in (self.when or {}).items()]
        return Register(
            name=self.name,
            function=self.fn,
            address=self.at,
            type=self.type,
            scale=self.scale,
            unit=self.unit,
            minimum=low,
            maximum=high,
            sources=self.sourced(everywhere),
            field=self.field or (self.name if self.name in FIELD_INDEX else ""),
            enum=self.enum or (self.name if self.type in {"enum16", "lo_enum8"} else ""),
            scale_by=self.scale_by,
            missing=self.missing,
            when=when[0] if when else None,
            label=self.label,
        )

    def _limits(self) -> tuple[float, float]:
        whole = self.type in WHOLE_NUMBERS
        kind = WORD_TYPES[self.type]
        low = kind.minimum if whole and self.min is None else self.min
        high = kind.maximum if whole and self.max is None else self.max
        if low is None or high is None:
            raise MapError(f"register {self.name}: say min and max")
        return low, high


class TextRow(_Named):
    """Words that spell something."""

    count: int = 1

    def text(self, everywhere: tuple[str, ...]) -> Text:
        """The row as the map has it. Raises MapError."""
        if self.type not in TEXT_TYPES:
            raise MapError(f"text {self.name}: type {self.type!r} is not {sorted(TEXT_TYPES)}")
        sources = self.sourced(everywhere)
        return Text(self.name, self.fn, self.at, self.count, self.type, sources, self.label)


class StatusRow(Row):
    """A bit range of a status word, what it holds and what that means."""

    word: str
    bits: tuple[int, int]
    equals: int = msgspec.field(name="is")
    name: str
    severity: str
    fault: str = ""
    field: str = ""
    code: int | None = None

    def status(self) -> Status:
        """The row as the map has it."""
        return Status(
            *(self.word, *self.bits, self.equals, self.name, self.severity),
            *(self.fault, self.field, self.code),
        )


class StatesRow(Row):
    """Codes of a whole word that say a field of ours: code -> our code."""

    field: str
    codes: dict[str, int]

    def statuses(self, register: Register, names: Mapping[int, str]) -> list[Status]:
        """A status for each code, named as the enum does."""
        width = int(WORD_TYPES[register.type].maximum).bit_length()
        rows = [(int(code), ours) for code, ours in self.codes.items()]
        return [
            Status(
                *(register.name, 0, width - 1, code, names.get(code, f"{register.name}_{code}")),
                *("state", "", self.field, ours),
            )
            for code, ours in rows
        ]


class VectorRow(Row):
    """Words, or the fields of a text frame, seen on a real device or in its maker's document."""

    name: str
    source: str
    words: dict[str, str] = {}
    fields: dict[str, str] = {}
    expected: dict[str, float | str] = {}

    def vector(self, words: Mapping[Address, int]) -> Vector:
        """The row as the map has it, with these words or its own."""
        spelled = {k: v for k, v in self.expected.items() if isinstance(v, str)}
        numbers = {k: float(v) for k, v in self.expected.items() if not isinstance(v, str)}
        return Vector(self.name, self.source, words or self._own(), numbers, spelled)

    def _own(self) -> Mapping[Address, int]:
        words: dict[Address, int] = {}
        for start, text in self.words.items():
            function, address = start.split(":")
            for i, word in enumerate(text.split()):
                words[int(function), int(address, 16) + i] = int(word, 16)
        return MappingProxyType(words)


class MapFile(Row):
    """The whole file, once what it takes from another is filled in."""

    title: str
    data_format: int
    link: Link
    sources: dict[str, str]
    registers: tuple[RegisterRow, ...]
    blocks: tuple[BlockRow, ...] = ()
    usual_sources: tuple[str, ...] = ()
    unverified: bool = False
    lacks: tuple[str, ...] = ()
    texts: tuple[TextRow, ...] = ()
    derived: tuple[Derived, ...] = ()
    identity: tuple[Sign, ...] = ()
    nameplate: dict[str, float | str] = {}
    states: dict[str, StatesRow] = {}
    status: tuple[StatusRow, ...] = ()
    enums: dict[str, dict[str, str]] = {}
    vectors: tuple[VectorRow, ...] = ()

    def laid_out(self) -> None:
        """Give text fields, which have labels instead of addresses, one each in a block."""
        at = 0
        for row in (*self.registers, *self.texts):
            row.fn, row.at = TEXT_FIELDS, at
            at += row.count if isinstance(row, TextRow) else 1
        self.blocks = (BlockRow("frame", 0, at, TEXT_FIELDS, poll=True),)


_TYPES = sorted(WORD_TYPES)
