"""Asks for what is missing, again and again, of whom the registry lets speak for the device."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog

from collector.domain.clock import DAY_S, Clock
from collector.domain.repeated import Repeated
from collector.fleet.port import Fleet
from collector.ledger.bookkeeper import Tell
from collector.ledger.port import Ledger, OpenHoles
from collector.ledger.ranges import Ranges
from collector.spool.port import SpoolState

EVERY_S = 5.0
SERIALS_AT_ONCE = 500
MOST_OF_ONE, MOST_RANGES = 20, 100
"""Ranges of one serial, and ranges in one command (some 5 KB). The others come the next time."""
GIVE_UP_EVERY_S = 3_600.0
GIVE_UP_S = 45.0 * DAY_S
"""Data that comes later than this judges nothing any more, and nobody keeps it as long."""
WHY_GIVEN_UP = "asked for and never sent"
_log = structlog.get_logger(__name__)


class Asker(Repeated):
    """Looks for holes that are due to be asked for."""

    def __init__(
        self,
        ledger: Ledger,
        spool: Callable[[], SpoolState],
        fleet: Callable[[Sequence[str]], Fleet],
        clock: Clock,
        ask: Tell,
    ) -> None:
        """``spool`` says what still waits to be stored; ``ask`` gives a publisher a command.

        ``fleet`` returns the registry, of these serials at least.

        ``commands`` counts those given.
        """
        self._ledger, self._spool, self._fleet = ledger, spool, fleet
        self._clock, self._ask = clock, ask
        self.commands = 0
        self._gave_up_s = 0.0
        super().__init__("asker", EVERY_S, "holes are not asked for")

    def step(self) -> int:
        """Ask for the holes that are due; how many commands were given."""
        now_s = self._clock()
        # What was received before a hole was seen, and is not stored yet, may fill it.
        oldest_s = self._spool().oldest_s
        stored_upto_s = now_s if oldest_s is None else min(now_s, oldest_s)
        due = self._ledger.claim_holes(stored_upto_s, SERIALS_AT_ONCE)
        if not 0 <= now_s - self._gave_up_s < GIVE_UP_EVERY_S:
            self._give_up(now_s)
        commands = 0
        if due:
            serials = sorted({open_holes.key.serial for open_holes in due})
            for publisher, payload in resend_commands(due, self._fleet(serials)):
                self._ask(publisher, payload)
                commands += 1
        self.commands += commands
        return commands

    def _give_up(self, now_s: float) -> None:
        self._gave_up_s = now_s
        given_up = self._ledger.give_up(now_s - GIVE_UP_S, WHY_GIVEN_UP, now_s)
        if given_up:
            _log.warning("readings are lost", readings=given_up, reason=WHY_GIVEN_UP)


def resend_commands(due: Sequence[OpenHoles], fleet: Fleet) -> Iterator[tuple[str, bytes]]:
    """(publisher, payload) for every publisher that the registry ever let speak for the serial."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for open_holes in due:
        key = open_holes.key
        history = fleet.by_serial.get(key.serial, ())
        if history and key.publisher in {key.serial, *(a.gateway for a in history)}:
            wanted.setdefault(key.publisher, []).extend(
                {"sn": key.serial, "b": key.boot, "from": first, "to": last}
                for first, last in _turn(open_holes)
            )
    for publisher, ranges in wanted.items():
        for start in range(0, len(ranges), MOST_RANGES):
            command = {"resend": ranges[start : start + MOST_RANGES]}
            yield publisher, json.dumps(command, separators=(",", ":")).encode()


def _turn(open_holes: OpenHoles) -> Ranges:
    """Some of the holes, others each time: those that never come must not hold up the rest."""
    holes = open_holes.holes
    if len(holes) <= MOST_OF_ONE:
        return holes
    start = open_holes.asked * MOST_OF_ONE % len(holes)
    return (holes + holes)[start : start + MOST_OF_ONE]
