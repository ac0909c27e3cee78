"""Which controller is it? What its words say against the signs of a family."""

import re
from collections.abc import Iterator

from collector.controllers.controller_map import Block, ControllerMap, Sign, Words
from collector.controllers.decode import decode_register, in_range
from collector.controllers.texts import decode_texts
from collector.controllers.word_types import WHOLE_NUMBERS


def identity_blocks(controller: ControllerMap) -> tuple[Block, ...]:
    """The blocks that hold the signs of the family."""
    wanted = {sign.name for sign in controller.identity}
    places = {(r.function, r.address) for r in controller.registers if r.name in wanted}
    places |= {(t.function, t.address) for t in controller.texts if t.name in wanted}
    return tuple(b for b in controller.blocks if places & set(b.addresses))


def contradictions(controller: ControllerMap, words: Words) -> list[str]:
    """What in the words speaks against this family, each as a phrase.

    A sign that was not read speaks neither for nor against it.
    """
    spelled = decode_texts(controller, words)
    return [
        wrong
        for sign in controller.identity
        for wrong in (
            _wrong_text(sign, spelled.get(sign.name))
            if controller.text(sign.name)
            else _wrong_number(controller, sign, words)
        )
    ]


def recognised(controller: ControllerMap, words: Words) -> bool:
    """Whether the words show every sign of the family."""
    spelled = decode_texts(controller, words)
    seen = {s.name for s in controller.identity if s.name in spelled}
    seen |= {
        r.name for r in controller.registers if decode_register(controller, r, words) is not None
    }
    signs = {sign.name for sign in controller.identity}
    return bool(signs) and signs <= seen and not contradictions(controller, words)


def _wrong_text(sign: Sign, said: str | None) -> Iterator[str]:
    if said is not None and not re.fullmatch(sign.pattern, said):
        yield f"{sign.name} is {said!r}"


def _wrong_number(controller: ControllerMap, sign: Sign, words: Words) -> Iterator[str]:
    register = controller.register(sign.name)
    value = decode_register(controller, register, words)
    if value is None:
        return
    if sign.values and value not in sign.values:
        yield f"{sign.name} is {value:g}, not {' or '.join(f'{v:g}' for v in sign.values)}"
    elif sign.above is not None and not value > sign.above:
        yield f"{sign.name} is {value:g}, not above {sign.above:g}"
    elif register.type in WHOLE_NUMBERS and register.enum:
        if int(value) not in controller.enums.get(register.enum, {}):
            yield f"{sign.name} has the unknown code {value:g}"
    elif not in_range(register, value):
        yield f"{sign.name} is {value:g}, outside {register.minimum:g} to {register.maximum:g}"
