"""Everything one controller tells, register by register: the technician's view of a device."""

from collections.abc import Iterator
from dataclasses import dataclass

from collector.controllers.controller_map import Address, ControllerMap, Register, Words
from collector.controllers.decode import decode_register, in_range, raw_words, status_names
from collector.controllers.identify import contradictions
from collector.controllers.load import enum_text
from collector.controllers.texts import decode_texts
from collector.gateway.device import Device
from collector.gateway.port import ILLEGAL_DATA_ADDRESS, Bus, RefusedError


@dataclass(frozen=True, slots=True)
class Line:
    """One register as text: where, what, how much, and the words it was made of."""

    address: str
    name: str
    value: str
    unit: str
    raw: str
    remark: str


def read_everything(bus: Bus, device: Device) -> Words:
    """The words of every block the device has. Raises BusError as soon as one cannot be read."""
    words: dict[Address, int] = {}
    for block in device.controller.blocks:
        try:
            words |= zip(block.addresses, bus.read(device.unit, block), strict=True)
        except RefusedError as error:
            if not (block.optional and error.code == ILLEGAL_DATA_ADDRESS):
                raise
    return words


def lines(controller: ControllerMap, words: Words) -> Iterator[Line]:
    """Every register of the map that was read, in the map's order."""
    for register in controller.registers:
        value = decode_register(controller, register, words)
        raw = raw_words(register, words)
        if value is None or raw is None:
            continue
        yield Line(
            f"{register.function}:{register.address:04X}",
            register.name,
            _text(controller, register, value),
            register.unit,
            " ".join(f"{word:04X}" for word in raw),
            "" if in_range(register, value) else "impossible",
        )
    spelled = decode_texts(controller, words)
    for text in controller.texts:
        if text.name in spelled:
            raw = [words[a] for a in text.addresses]
            yield Line(
                f"{text.function}:{text.address:04X}",
                *(text.name, spelled[text.name], "", " ".join(f"{word:04X}" for word in raw), ""),
            )


def table(controller: ControllerMap, words: Words) -> str:
    """The lines in columns, and below them what the status words say."""
    rows = [(r.address, r.name, r.value, r.unit, r.raw, r.remark) for r in lines(controller, words)]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(6)]
    text = [
        "  ".join(
            cell.rjust(w) if i == 2 else cell.ljust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    text += [f"NOT a {controller.title}: {w}" for w in contradictions(controller, words)]
    text.append("status: " + (", ".join(status_names(controller, words)) or "nothing"))
    return "\n".join(text)


def _text(controller: ControllerMap, register: Register, value: float) -> str:
    if value != value:  # noqa: PLR0124 - NaN
        return "impossible"
    if register.enum:
        return enum_text(controller, register, int(value))
    return f"{value:g}" if abs(value) < 1_000_000 else f"{value:.0f}"
