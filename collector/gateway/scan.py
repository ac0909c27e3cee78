"""Who is on this line? Asks unit after unit, and knows a controller by the signs of its family."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from collector.controllers.controller_map import Address, Block, ControllerMap, Words
from collector.controllers.decode import decode
from collector.controllers.identify import identity_blocks, recognised
from collector.controllers.texts import decode_texts
from collector.gateway.bus_config import HIGHEST_UNIT
from collector.gateway.port import BadReplyError, Bus, BusDownError, BusError, RefusedError

LIKELY_UNITS = (1, 16, 17, 18, 255)
"""As controllers leave the works: most at 1, a Renogy hub's at 16 to 18, its Bluetooth ones 255."""
ALL_UNITS = (*LIKELY_UNITS, *(u for u in range(2, HIGHEST_UNIT + 1) if u not in LIKELY_UNITS))
_TRIES = 3
"""How often somebody who is known to be there is asked before an answer is given up."""
_BASIC_PROBES = 2
"""Of a unit that is not likely only so many blocks are asked before it is held to be nobody."""


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody answers at a unit. Without candidates it is of no family there is a map for.

    With several nothing that it says tells them apart, and a person must.
    """

    unit: int
    candidates: tuple[ControllerMap, ...]
    words: Words

    @property
    def controller(self) -> ControllerMap | None:
        """What it is, when that is sure."""
        return self.candidates[0] if len(self.candidates) == 1 else None

    def told(self) -> str:
        """What it says of itself and of its battery, for a person to know it again."""
        said: list[str] = []
        for controller in self.candidates[:1]:
            said += [t for t in decode_texts(controller, self.words).values() if t]
            volts = decode(controller, self.words).get("battery_voltage_v")
            said += [f"battery {volts:.1f} V"] if volts else []
        return ", ".join(said)


class Scanner:
    """Asks units on a line which of these families they are of."""

    def __init__(self, bus: Bus, maps: Sequence[ControllerMap]) -> None:
        self._bus = bus
        self._maps = [m for m in maps if m.identity]
        self._blocks = _distinct(b for m in self._maps for b in identity_blocks(m))

    def at(self, unit: int) -> Found | None:
        """Who is there; None: nobody answers. Raises BusDownError when the line is away."""
        words: dict[Address, int] = {}
        answered = False
        for number, block in enumerate(self._blocks):
            if not (answered or unit in LIKELY_UNITS or number < _BASIC_PROBES):
                return None
            read = self._ask(unit, block, alive=answered)
            answered = answered or read is not None
            words |= read or {}
        if not answered:
            return None
        # A late answer may have passed for another's: what is found must be found once more.
        sure = [m for m in self._maps if recognised(m, words) and self._again(unit, m)]
        words |= self._polled(unit, sure[0]) if sure else {}
        return Found(unit, tuple(sure), words)

    def _again(self, unit: int, controller: ControllerMap) -> bool:
        self._bus.reset()
        words: dict[Address, int] = {}
        for block in identity_blocks(controller):
            words |= self._ask(unit, block) or {}
        return recognised(controller, words)

    def _polled(self, unit: int, controller: ControllerMap) -> Words:
        """What a reading is made of, as far as it answers."""
        words: dict[Address, int] = {}
        for block in controller.polled:
            words |= self._ask(unit, block) or {}
        return words

    def _ask(self, unit: int, block: Block, *, alive: bool = True) -> Words | None:
        """The block's words, none when the unit refuses it; None when nothing sound came."""
        tries, grace = (_TRIES if alive else 1), 1
        while tries:
            try:
                return dict(zip(block.addresses, self._bus.read(unit, block), strict=True))
            except RefusedError:
                return {}
            except BusDownError:
                raise
            except BadReplyError:
                # Perhaps the late answer of the unit before: that try does not count, once.
                tries, grace = tries - 1 + grace, 0
            except BusError:
                tries -= 1
            self._bus.reset()
        return None


def _distinct(blocks: Iterable[Block]) -> list[Block]:
    """Each place once, functions in turn: the first ones tell whether anybody is there at all."""
    places = {(b.function, b.address, b.count): b for b in blocks}
    by_function: dict[int, list[Block]] = {}
    for block in places.values():
        by_function.setdefault(block.function, []).append(block)
    firsts = [group[0] for group in by_function.values()]
    return [*firsts, *(b for group in by_function.values() for b in group[1:])]


def units_of(text: str) -> tuple[int, ...]:
    """Units of a text such as ``1,16-18,255``. Raises ValueError."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        found += range(int(first), int(last if dash else first) + 1)
    if wrong := [u for u in found if not (1 <= u <= HIGHEST_UNIT or u == 255)]:
        raise ValueError(f"unit {wrong[0]} is not 1 to {HIGHEST_UNIT}, or 255")
    return tuple(dict.fromkeys(found))


def speeds(maps: Iterable[ControllerMap]) -> Iterator[tuple[int, str, int, list[ControllerMap]]]:
    """(baud, parity, stop bits, families) to try on a serial line, fastest first.

    Families of one speed are tried together with the most stop bits: who expects one bears two.
    """
    serial = [m for m in maps if "serial" in m.link.kinds]
    for baud, parity in sorted({(m.link.baud, m.link.parity) for m in serial}, reverse=True):
        group = [m for m in serial if (m.link.baud, m.link.parity) == (baud, parity)]
        yield baud, parity, max(m.link.stop_bits for m in group), group
