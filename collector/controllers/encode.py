"""Readings -> the words a controller in that state would answer; the reverse of ``decode``."""

from collections.abc import Iterator, Mapping
from math import nan

from collector.controllers.controller_map import Address, ControllerMap, Register, Status, Words
from collector.controllers.decode import FAULT_BIT
from collector.controllers.texts import encode_text
from collector.controllers.word_types import WORD_TYPES

Values = Mapping[str, float]


def encode(
    controller: ControllerMap, values: Values, texts: Mapping[str, str] | None = None
) -> Words:
    """The words of a controller with these values, by field or register name, and texts.

    Every address of every block is there; what is not given, or is NaN, or cannot be scaled is 0.
    A value beyond what its words can hold is clamped.
    """
    words: dict[Address, int] = {a: 0 for block in controller.blocks for a in block.addresses}
    for register in controller.registers:
        raw = _raw(register, values)
        if raw == raw:  # noqa: PLR0124 - not NaN
            _put(words, register, raw)
    for name, mask, bits in _status_bits(controller, values):
        register = controller.register(name)
        kind = WORD_TYPES[register.type]
        keys = [(register.function, register.address + i) for i in range(kind.count)]
        _put(words, register, int(kind.read([words[k] for k in keys])) & ~mask | bits)
    for text in controller.texts:
        if texts and text.name in texts:
            words |= encode_text(text, texts[text.name])
    return words


def _raw(register: Register, values: Values) -> float:
    """The number before scaling; NaN when there is nothing to write."""
    value = values.get(register.name, values.get(register.field, nan))
    if register.when and values.get(register.when.register, 0) not in register.when.codes:
        return nan
    factor = register.scale
    for name in register.scale_by:
        factor *= values.get(name, nan)
    return value / factor if factor else nan


def _put(words: dict[Address, int], register: Register, raw: float) -> None:
    """Write the register's own bits and leave those of its neighbours in the same word."""
    kind = WORD_TYPES[register.type]
    for i, word in enumerate(kind.write(kind.clamp(raw))):
        key = (register.function, register.address + i)
        words[key] = words[key] & ~kind.mask | word


def _status_bits(controller: ControllerMap, values: Values) -> Iterator[tuple[str, int, int]]:
    """(word, mask, bits) to set for the codes and fault bits given; codes come first."""
    taken: dict[str, int] = {}
    given = {k: v for k, v in values.items() if v == v}  # noqa: PLR0124
    faults = int(given.get("fault_bits", 0))
    by_code = [s for s in controller.status if s.field and given.get(s.field) == s.code]
    by_fault = [s for s in controller.status if s.fault and faults >> FAULT_BIT[s.fault] & 1]
    done: set[str] = set()
    for row in [*by_code, *by_fault]:
        if _is_said(row, by_code, done) or taken.get(row.word, 0) & row.mask:
            continue
        taken[row.word] = taken.get(row.word, 0) | row.mask
        done.add(row.fault)
        yield row.word, row.mask, row.equals << row.low_bit


def _is_said(row: Status, by_code: list[Status], done: set[str]) -> bool:
    """Whether a row that raises a fault would say what another one has said already."""
    return row not in by_code and row.fault in done
