"""What must hold of every map file, checked whenever one is loaded."""

from collections.abc import Iterator
from itertools import pairwise

from collector.controllers.controller_map import (
    BIT_FUNCTIONS,
    TEXT_FIELDS,
    Block,
    ControllerMap,
    Register,
)
from collector.controllers.encode import encode
from collector.controllers.identify import contradictions
from collector.controllers.texts import split
from collector.controllers.word_types import STATUS_TYPES, WORD_TYPES
from collector.domain.fields import FAULT_BITS, FIELD_INDEX, FIELDS

UNIT_SUFFIX = {
    "V": "_v",
    "A": "_a",
    "W": "_w",
    "degC": "_c",
    "%": "_percent",
    "kWh": "_kwh",
    "t": "_t",
    "Ah": "_ah",
    "mA": "_ma",
    "d": "_d",
    "h": "_h",
    "min": "_min",
    "s": "_s",
    "mV/degC/2V": "_mv_per_c_per_2v",
    "": "",
}
"""Units a map may use and how the name of such a register ends."""

SEVERITIES = frozenset({"alarm", "warn", "info", "state"})
MODBUS_MAX_WORDS = 125
"""Registers one request may ask for (Modbus application protocol V1.1b3, 6.3)."""


def problems(controller: ControllerMap) -> list[str]:
    """What is wrong with a map, each as a sentence; empty when it is sound."""
    found = [
        *_blocks(controller),
        *_registers(controller),
        *_status(controller),
        *_names(controller),
        *_vectors(controller),
    ]
    return found or list(_identity(controller))


def _blocks(controller: ControllerMap) -> Iterator[str]:
    ordered = sorted(controller.blocks, key=lambda b: (b.function, b.address))
    for block in ordered:
        yield from _block(controller, block)
    for one, other in pairwise(ordered):
        if one.function == other.function and one.address + one.count > other.address:
            yield f"blocks {one.name} and {other.name} overlap"
    if not controller.polled:
        yield "no block is polled"
    if controller.polled and controller.fence is None and not controller.sends_text:
        yield "no length is left for a fence: make a polled block longer"
    # A late answer that slips into the next request is told by its length.
    for one, other in pairwise(controller.polled):
        if (one.function, one.count) == (other.function, other.count):
            yield f"polled neighbours {one.name} and {other.name} have the same length"


def _block(controller: ControllerMap, block: Block) -> Iterator[str]:
    if block.function == TEXT_FIELDS:
        return
    if block.function not in {1, 2, 3, 4}:
        yield f"block {block.name}: function {block.function} does not read"
    limit = min(controller.link.max_words, MODBUS_MAX_WORDS)
    if not 1 <= block.count <= limit:
        yield f"block {block.name}: {block.count} words, this controller gives 1 to {limit}"


def _registers(controller: ControllerMap) -> Iterator[str]:
    taken: dict[tuple[int, int], list[Register]] = {}
    names: set[str] = set()
    inside = [set(block.addresses) for block in controller.blocks]
    for register in controller.registers:
        addresses = {
            (register.function, register.address + i)
            for i in range(WORD_TYPES[register.type].count)
        }
        if not any(addresses <= block for block in inside):
            yield f"register {register.name} is not inside one block"
        for address in addresses:
            for other in taken.setdefault(address, []):
                if _collide(register, other):
                    yield f"registers {register.name} and {other.name} overlap"
            taken[address].append(register)
        if register.name in names:
            yield f"two registers are named {register.name}"
        names.add(register.name)
        yield from _register(controller, register)
    for text in controller.texts:
        if not any(set(text.addresses) <= block for block in inside):
            yield f"text {text.name} is not inside one block"
        for address in text.addresses:
            yield from (f"{text.name} and {r.name} overlap" for r in taken.get(address, []))


def _collide(one: Register, other: Register) -> bool:
    """Whether two registers claim the same bits of a word at the same time."""
    if one.when and other.when and one.when.register == other.when.register:
        return bool(set(one.when.codes) & set(other.when.codes))
    return bool(WORD_TYPES[one.type].mask & WORD_TYPES[other.type].mask)


def _register(controller: ControllerMap, register: Register) -> Iterator[str]:
    where = f"register {register.name}"
    if register.unit not in UNIT_SUFFIX:
        yield f"{where}: unit {register.unit!r} is not known"
    elif not register.name.endswith(UNIT_SUFFIX[register.unit]):
        yield f"{where}: a name in {register.unit} ends in {UNIT_SUFFIX[register.unit]}"
    if register.field and register.field not in FIELD_INDEX:
        yield f"{where}: {register.field} is not in the field table"
    elif register.field and FIELDS[FIELD_INDEX[register.field]].unit != register.unit:
        yield f"{where}: its unit is not that of {register.field}"
    if register.enum and register.enum not in controller.enums:
        yield f"{where}: there is no enum {register.enum}"
    if not register.minimum < register.maximum:
        yield f"{where}: min is not below max"
    if (register.type == "bool") != (register.function in BIT_FUNCTIONS) and register.function < 3:
        yield f"{where}: a coil or discrete input is a bool"
    for source in register.sources:
        if source not in controller.sources:
            yield f"{where}: source {source} is not listed"


def _status(controller: ControllerMap) -> Iterator[str]:
    widths = {
        r.name: int(WORD_TYPES[r.type].maximum).bit_length()
        for r in controller.registers
        if r.type in STATUS_TYPES
    }
    for row in controller.status:
        where = f"status {row.name}"
        if row.word not in widths:
            yield f"{where}: {row.word} is no status word"
        if (
            not 0 <= row.low_bit <= row.high_bit < widths.get(row.word, 16)
            or row.equals << row.low_bit & ~row.mask
        ):
            yield f"{where}: bits {row.low_bit} to {row.high_bit} cannot hold {row.equals}"
        if row.severity not in SEVERITIES:
            yield f"{where}: severity {row.severity!r} is not known"
        if row.fault and row.fault not in FAULT_BITS.values():
            yield f"{where}: {row.fault} is no fault bit of ours"
        if bool(row.field) != (row.code is not None):
            yield f"{where}: a field needs a code and a code a field"
        elif row.field and row.code not in _codes(row.field):
            yield f"{where}: {row.field} has no code {row.code}"


def _codes(field: str) -> frozenset[int]:
    return frozenset(FIELDS[FIELD_INDEX[field]].codes) if field in FIELD_INDEX else frozenset()


def _names(controller: ControllerMap) -> Iterator[str]:
    """Names that rules, signs and the nameplate use and nothing bears."""
    registers = {r.name for r in controller.registers} | {r.field for r in controller.registers}
    for register in controller.registers:
        used = [*register.scale_by, *([register.when.register] if register.when else [])]
        for name in set(used) - registers:
            yield f"register {register.name}: there is no register {name}"
    for rule in controller.derived:
        for name in {rule.of, rule.less or rule.over} - registers:
            yield f"derived {rule.field}: there is no register {name}"
        if rule.field not in FIELD_INDEX or bool(rule.less) == bool(rule.over):
            yield f"derived {rule.field}: a field of ours, and one of less and over"
    texts = {text.name for text in controller.texts}
    for name in controller.nameplate.keys() - registers - texts:
        yield f"nameplate: there is no register {name}"
    for name in set(controller.lacks) - set(FIELD_INDEX):
        yield f"lacks: {name} is not in the field table"


def _identity(controller: ControllerMap) -> Iterator[str]:
    known = {r.name for r in controller.registers} | {t.name for t in controller.texts}
    for sign in controller.identity:
        if sign.name not in known:
            yield f"identity: there is no register or text {sign.name}"
            return
    words = encode(controller, *split(controller.nameplate))
    for wrong in contradictions(controller, words):
        yield f"the nameplate is not one of this family: {wrong}"


def _vectors(controller: ControllerMap) -> Iterator[str]:
    if controller.unverified == bool(controller.vectors):
        yield "give a vector of words from a real device, or say unverified = true"
    known = {r.name for r in controller.registers} | set(FIELD_INDEX)
    known |= {text.name for text in controller.texts}
    for vector in controller.vectors:
        for name in (vector.expected.keys() | vector.spelled.keys()) - known:
            yield f"vector {vector.name}: {name} is not known"
