"""What a register map says: how to talk to a charge controller and what its words mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

READ_COILS = 1
READ_DISCRETE_INPUTS = 2
READ_HOLDING_REGISTERS = 3
READ_INPUT_REGISTERS = 4
BIT_FUNCTIONS = frozenset({READ_COILS, READ_DISCRETE_INPUTS})

Address = tuple[int, int]
"""(Modbus read function, address as it goes over the wire, counted from 0)."""

Words = Mapping[Address, int]
"""Raw words as read, 0..65535; coils and discrete inputs are 0 or 1."""


@dataclass(frozen=True, slots=True)
class Link:
    """How the controller wants to be spoken to."""

    baud: int
    parity: str
    stop_bits: int
    unit: int
    max_words: int
    gap_s: float


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
class Register:
    """One quantity: where it is, how it is written, and what it is called.

    ``name`` ends in its unit. ``field`` is set when it is a quantity of our field table; several
    registers may give the same field, the first one that is present and in range counts.
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


@dataclass(frozen=True, slots=True)
class ControllerMap:
    """Everything known about one family of controllers; ``unverified`` without a real vector."""

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
    vectors: tuple[Vector, ...] = field(default=())

    @property
    def polled(self) -> tuple[Block, ...]:
        """The blocks that make up a reading, in the order they are read."""
        return tuple(block for block in self.blocks if block.poll)

    @property
    def fence(self) -> Block | None:
        """A request that no other's answer fits: of a length no polled block of its function has.

        Of the longest polled block's first words; None when every shorter length is taken.
        """
        words = [b for b in self.polled if b.function not in BIT_FUNCTIONS]
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


NO_CODES: Mapping[int, str] = MappingProxyType({})
