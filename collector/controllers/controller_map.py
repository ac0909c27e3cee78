"""What a register map says: how to talk to a charge controller and what its words mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

TEXT_FIELDS = 0
"""Stands for the function where a device sends text by itself: addresses count its fields."""
READ_COILS = 1
READ_DISCRETE_INPUTS = 2
READ_HOLDING_REGISTERS = 3
READ_INPUT_REGISTERS = 4
BIT_FUNCTIONS = frozenset({READ_COILS, READ_DISCRETE_INPUTS})
WORD_FUNCTIONS = frozenset({READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS})

Address = tuple[int, int]
"""(Modbus read function, address as it goes over the wire, counted from 0)."""

Words = Mapping[Address, int]
"""Raw words as read, 0..65535; coils and discrete inputs are 0 or 1; text fields whole numbers."""


@dataclass(frozen=True, slots=True)
class Link:
    """How the controller wants to be spoken to.

    ``kinds`` are the bus links that reach it, ``min_interval_s`` how often it bears to be asked.
    """

    baud: int
    parity: str
    stop_bits: int
    unit: int
    max_words: int
    gap_s: float
    kinds: tuple[str, ...] = ("serial", "rtu-tcp", "tcp")
    min_interval_s: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring words read in one request.

    ``poll`` blocks make up a reading; the others hold ratings and settings, read on demand.
    An ``optional`` block is missing on some models, which answer exception 2.
    """

    name: str
    function: int
    address: int
    count: int
    optional: bool = False
    poll: bool = False

    @property
    def addresses(self) -> list[Address]:
        """Every address of the block."""
        return [(self.function, self.address + i) for i in range(self.count)]


@dataclass(frozen=True, slots=True)
class When:
    """A register means what the map says only while another one holds one of these codes."""

    register: str
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """One quantity: where it is, how it is written, and what it is called.

    ``name`` ends in its unit. ``field`` is set when it is a quantity of our field table; several
    registers may give the same field, the first one that is present and in range counts.
    The value is the raw number times ``scale`` times the registers of ``scale_by``; where one of
    those is zero or missing, so is the value. ``missing`` are raw numbers that stand for nothing.
    ``label`` names a text field.
    """

    name: str
    function: int
    address: int
    type: str
    scale: float
    unit: str
    minimum: float
    maximum: float
    sources: tuple[str, ...]
    field: str = ""
    enum: str = ""
    scale_by: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    when: When | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words that spell something: two characters a word, or the parts of a version."""

    name: str
    function: int
    address: int
    count: int
    type: str
    sources: tuple[str, ...]
    label: str = ""

    @property
    def addresses(self) -> list[Address]:
        """Every address of the text."""
        return [(self.function, self.address + i) for i in range(self.count)]


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that the controller measures in two parts: ``of`` less, or divided by, the other."""

    field: str
    of: str
    less: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a register or text of this family must hold.

    One of ``values``, more than ``above``, or the ``pattern``; without any it is enough that the
    map holds the value for possible.
    """

    name: str
    values: tuple[float, ...] = ()
    above: float | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A bit range of a status word and what it means when it holds ``equals``.

    It may raise a fault bit of ours, or say the code of a field, or be only worth showing.
    """

    word: str
    low_bit: int
    high_bit: int
    equals: int
    name: str
    severity: str
    fault: str = ""
    field: str = ""
    code: int | None = None

    @property
    def mask(self) -> int:
        """The bits of the word that the row looks at."""
        return ((1 << (self.high_bit - self.low_bit + 1)) - 1) << self.low_bit

    def holds(self, raw: int) -> bool:
        """Whether the word says what this row describes."""
        return raw & self.mask == self.equals << self.low_bit


@dataclass(frozen=True, slots=True)
class Vector:
    """Words seen on a real device and what they mean, with where they were published."""

    name: str
    source: str
    words: Words
    expected: Mapping[str, float]
    spelled: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ControllerMap:
    """Everything known about one family of controllers; ``unverified`` without a real vector.

    ``identity`` are the signs by which the family is known; ``nameplate`` what a typical one says
    of itself, by register and text; ``lacks`` the main fields that it cannot give.
    """

    name: str
    title: str
    data_format: int
    unverified: bool
    link: Link
    sources: Mapping[str, str]
    blocks: tuple[Block, ...]
    registers: tuple[Register, ...]
    status: tuple[Status, ...]
    enums: Mapping[str, Mapping[int, str]]
    vectors: tuple[Vector, ...] = ()
    texts: tuple[Text, ...] = ()
    derived: tuple[Derived, ...] = ()
    identity: tuple[Sign, ...] = ()
    nameplate: Mapping[str, float | str] = field(default_factory=lambda: MappingProxyType({}))
    lacks: tuple[str, ...] = ()

    @property
    def polled(self) -> tuple[Block, ...]:
        """The blocks that make up a reading, in the order they are read."""
        return tuple(block for block in self.blocks if block.poll)

    @property
    def sends_text(self) -> bool:
        """Whether the device sends text by itself instead of answering Modbus requests."""
        return any(block.function == TEXT_FIELDS for block in self.blocks)

    @property
    def fence(self) -> Block | None:
        """A request that no other's answer fits: of a length no polled block of its function has.

        Of the longest polled block's first words; None when every shorter length is taken.
        """
        words = [b for b in self.polled if b.function in WORD_FUNCTIONS]
        longest = max(words, key=lambda b: b.count, default=None)
        if longest is None:
            return None
        taken = {b.count for b in words if b.function == longest.function}
        free = (n for n in range(1, longest.count) if n not in taken)
        count = next(free, None)
        return Block("fence", longest.function, longest.address, count) if count else None

    def register(self, name: str) -> Register:
        """The register of that name; raises KeyError."""
        for register in self.registers:
            if register.name == name:
                return register
        raise KeyError(name)

    def text(self, name: str) -> Text | None:
        """The text of that name, if there is one."""
        return next((text for text in self.texts if text.name == name), None)
