"""Raw words -> readings, by a map. Pure functions; nothing here knows a bus."""

from collections.abc import Mapping

from collector.controllers.controller_map import ControllerMap, Derived, Register, Words
from collector.controllers.word_types import WORD_TYPES
from collector.domain.fields import FAULT_BITS

FAULT_BIT: Mapping[str, int] = {name: bit for bit, name in FAULT_BITS.items()}


def raw_words(register: Register, words: Words) -> list[int] | None:
    """The register's own words, None when not all of them were read."""
    count = WORD_TYPES[register.type].count
    keys = [(register.function, register.address + i) for i in range(count)]
    return [words[k] for k in keys] if all(k in words for k in keys) else None


def raw_number(register: Register, words: Words) -> float | None:
    """The number in its words before scaling: NaN for an impossible one, None when there is none.

    There is none when it was not read, or when the device says so in the map's or the type's way.
    """
    raw = raw_words(register, words)
    if raw is None:
        return None
    kind = WORD_TYPES[register.type]
    number = kind.read(raw)
    if number in register.missing or (kind.nan_is_missing and number != number):  # noqa: PLR0124
        return None
    return number


def decode_register(controller: ControllerMap, register: Register, words: Words) -> float | None:
    """Its value in the map's unit: NaN for an impossible one, None when there is none."""
    number = raw_number(register, words)
    if number is None or not _applies(controller, register, words):
        return None
    for name in register.scale_by:
        factor = decode_register(controller, controller.register(name), words)
        if not factor or factor != factor:  # noqa: PLR0124 - nothing, zero or NaN
            return None
        number *= factor
    return round(number * register.scale, 6)


def _applies(controller: ControllerMap, register: Register, words: Words) -> bool:
    if register.when is None:
        return True
    return raw_number(controller.register(register.when.register), words) in register.when.codes


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
        value = decode_register(controller, register, words)
        if value is None:
            continue
        name = register.field or register.name
        if in_range(register, value):
            values.setdefault(name, value)
        else:
            doubtful.setdefault(name, value)
    for rule in controller.derived:
        if (value := _derive(rule, values)) is not None:
            values.setdefault(rule.field, value)
    for name, value in doubtful.items():
        values.setdefault(name, value)
    return values | _states(controller, words)


def _derive(rule: Derived, values: Mapping[str, float]) -> float | None:
    """A field from two that are there and possible; None rather than a guess."""
    of, other = values.get(rule.of), values.get(rule.less or rule.over)
    if of is None or other is None:
        return None
    if rule.less:
        return round(of - other, 6)
    return round(of / other, 6) if other else None


def absurd(controller: ControllerMap, words: Words) -> list[str]:
    """Names of the registers whose value the map holds for impossible."""
    values = ((r, decode_register(controller, r, words)) for r in controller.registers)
    return [r.name for r, value in values if value is not None and not in_range(r, value)]


def status_names(controller: ControllerMap, words: Words) -> list[str]:
    """What the status words say, in the map's own words."""
    return [
        row.name
        for row in controller.status
        if (raw := _status_word(controller, row.word, words)) is not None and row.holds(raw)
    ]


def _status_word(controller: ControllerMap, name: str, words: Words) -> int | None:
    """A status word as a whole number, None when it was not read."""
    number = raw_number(controller.register(name), words)
    return None if number is None else int(number)


def _states(controller: ControllerMap, words: Words) -> dict[str, float]:
    """Codes and fault bits from the status words that were read."""
    states: dict[str, float] = {}
    faults, told = 0, False
    for row in controller.status:
        raw = _status_word(controller, row.word, words)
        if raw is None:
            continue
        told = told or bool(row.fault)
        if not row.holds(raw):
            continue
        if row.fault:
            faults |= 1 << FAULT_BIT[row.fault]
        if row.field and row.code is not None:
            states.setdefault(row.field, float(row.code))
    return states | {"fault_bits": float(faults)} if told else states
