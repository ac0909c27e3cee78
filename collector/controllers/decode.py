"""Raw words <-> readings, by a map. Pure functions; nothing here knows a bus."""

from collections.abc import Iterator, Mapping
from math import nan

from collector.controllers.controller_map import ControllerMap, Register, Words
from collector.controllers.word_types import WORD_TYPES
from collector.domain.fields import FAULT_BITS

_FAULT_BIT = {name: bit for bit, name in FAULT_BITS.items()}


def raw_words(register: Register, words: Words) -> list[int] | None:
    """The register's own words, None when not all of them were read."""
    count = WORD_TYPES[register.type].count
    keys = [(register.function, register.address + i) for i in range(count)]
    return [words[k] for k in keys] if all(k in words for k in keys) else None


def decode_register(register: Register, words: Words) -> float | None:
    """Its value in the map's unit: NaN for an impossible one, None when it was not read."""
    raw = raw_words(register, words)
    if raw is None:
        return None
    return round(WORD_TYPES[register.type].read(raw) * register.scale, 6)


def in_range(register: Register, value: float) -> bool:
    """Whether the map holds the value for possible (NaN is not)."""
    return register.minimum <= value <= register.maximum


def decode(controller: ControllerMap, words: Words) -> Mapping[str, float]:
    """Everything the words say, by name: our fields first of all, then the map's other facts.

    Of several registers for one field the first in range counts, else the first that was read: an
    absurd value is passed on for the server to judge, never replaced. A field whose words were
    not read is absent.
    """
    values: dict[str, float] = {}
    doubtful: dict[str, float] = {}
    for register in controller.registers:
        value = decode_register(register, words)
        if value is None:
            continue
        name = register.field or register.name
        if in_range(register, value):
            values.setdefault(name, value)
        else:
            doubtful.setdefault(name, value)
    for name, value in doubtful.items():
        values.setdefault(name, value)
    return values | _states(controller, words)


def absurd(controller: ControllerMap, words: Words) -> list[str]:
    """Names of the registers whose value the map holds for impossible."""
    return [
        register.name
        for register in controller.registers
        if (value := decode_register(register, words)) is not None and not in_range(register, value)
    ]


def status_names(controller: ControllerMap, words: Words) -> list[str]:
    """What the status words say, in the map's own words."""
    return [s.name for s in controller.status if s.holds(_word(controller, s.word, words))]


def _word(controller: ControllerMap, name: str, words: Words) -> int:
    """A status word; 0, which raises nothing that stands for a one, when it was not read."""
    raw = raw_words(controller.register(name), words)
    return raw[0] if raw else 0


def _states(controller: ControllerMap, words: Words) -> dict[str, float]:
    """Codes and fault bits from the status words that were read."""
    states: dict[str, float] = {}
    faults, read_any = 0, False
    for row in controller.status:
        raw = raw_words(controller.register(row.word), words)
        if raw is None:
            continue
        read_any = True
        if not row.holds(raw[0]):
            continue
        if row.fault:
            faults |= 1 << _FAULT_BIT[row.fault]
        if row.field and row.code is not None:
            states.setdefault(row.field, float(row.code))
    return states | {"fault_bits": float(faults)} if read_any else states


def encode(controller: ControllerMap, values: Mapping[str, float]) -> Words:
    """The words a controller in this state would answer; the reverse of ``decode``.

    Every address of every block is there; what ``values`` (fields or registers by name) does
    not give, or gives as NaN, is 0. A value beyond what its words can hold is clamped.
    """
    words: dict[tuple[int, int], int] = {
        a: 0 for block in controller.blocks for a in block.addresses
    }
    for register in controller.registers:
        value = values.get(register.name, values.get(register.field, nan))
        if value != value:  # noqa: PLR0124
            continue
        kind = WORD_TYPES[register.type]
        for i, word in enumerate(kind.write(kind.clamp(value / register.scale))):
            words[register.function, register.address + i] = word
    for name, mask, bits in _status_bits(controller, values):
        register = controller.register(name)
        key = (register.function, register.address)
        words[key] = words[key] & ~mask | bits
    return words


def _status_bits(
    controller: ControllerMap, values: Mapping[str, float]
) -> Iterator[tuple[str, int, int]]:
    """(word, mask, bits) to set for the codes and fault bits given; codes come first."""
    taken: dict[str, int] = {}
    given = {k: v for k, v in values.items() if v == v}  # noqa: PLR0124
    faults = int(given.get("fault_bits", 0))
    by_code = [s for s in controller.status if s.field and given.get(s.field) == s.code]
    by_fault = [s for s in controller.status if s.fault and faults >> _FAULT_BIT[s.fault] & 1]
    done: set[str] = set()
    for row in [*by_code, *by_fault]:
        if row in by_fault and row not in by_code and row.fault in done:
            continue
        if taken.get(row.word, 0) & row.mask:
            continue
        taken[row.word] = taken.get(row.word, 0) | row.mask
        done.add(row.fault)
        yield row.word, row.mask, row.equals << row.low_bit
