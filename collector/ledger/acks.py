"""The end-to-end acknowledgement: what a publisher may forget, and when it is told so."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import msgspec

from collector.ledger.port import UNNUMBERED, Change, Changes, Key
from collector.ledger.ranges import Ranges

EVERY_S = 3_600.0
"""How often a serial is acknowledged while all goes well: acknowledgements cost the sender too."""
MOST_REMEMBERED = 200_000
"""Serials whose last acknowledgement is remembered; one that is forgotten is told sooner."""
MOST_ALSO = 50
"""Runs beyond a hole named in one entry; what is not named is sent again, and then named."""
MOST_ENTRIES = 500
"""Entries in one message: some 20 KB."""


Entry = dict[str, Any]
"""What is said of one serial and boot."""


def entry_of(key: Key, settled: Ranges, upto: int, mentioned: Ranges) -> Entry:
    """What is said of one serial and boot: ``rc`` never lies beyond a hole.

    ``also`` has the settled runs beyond it that hold any of the ``mentioned`` numbers.
    """
    entry: Entry = {"sn": key.serial, "b": key.boot, "rc": upto}
    also = [
        run
        for run in settled
        if run[0] > upto and any(run[0] <= b and a <= run[1] for a, b in mentioned)
    ]
    return entry | ({"also": also[:MOST_ALSO]} if also else {})


class Acknowledger:
    """Decides which changes a publisher is told of now; the others wait until they are due."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._told_s: OrderedDict[Key, float] = OrderedDict()
        self._owed: dict[Key, Entry] = {}

    def messages(
        self, changes: Changes, hasty: frozenset[str], now_s: float
    ) -> Iterator[tuple[str, bytes]]:
        """(publisher, payload) of all that is to be told now; ``hasty`` publishers sent backlog."""
        told: dict[str, list[Entry]] = {}
        for key, upto in changes.grown.items():
            entry = {"sn": key.serial, "b": key.boot, "rc": upto}
            self._tell_or_owe(told, key, entry, now_s, at_once=key.publisher in hasty)
        for key, change in changes.others.items():
            if key.boot == UNNUMBERED or not change.standing.settled:
                continue
            upto = change.standing.complete_upto
            entry = entry_of(key, change.standing.settled, upto, change.note.mentioned)
            at_once = key.publisher in hasty or _matters(change)
            self._tell_or_owe(told, key, entry, now_s, at_once=at_once)
        self._tell_what_is_owed(told, now_s)
        for publisher, entries in told.items():
            for start in range(0, len(entries) if publisher else 0, MOST_ENTRIES):
                part = {"acks": entries[start : start + MOST_ENTRIES]}
                yield publisher, msgspec.json.encode(part)

    def _tell_or_owe(
        self, told: dict[str, list[Entry]], key: Key, entry: Entry, now_s: float, *, at_once: bool
    ) -> None:
        if not at_once and not self._is_due(key, now_s):
            self._owed[key] = entry
            return
        self._owed.pop(key, None)
        self._remember(key, now_s)
        told.setdefault(key.publisher, []).append(entry)

    def _tell_what_is_owed(self, told: dict[str, list[Entry]], now_s: float) -> None:
        """Those told longest ago stand first, so the others need not be looked at."""
        while self._told_s:
            key = next(iter(self._told_s))
            if not self._is_due(key, now_s):
                return
            if key in self._owed:
                self._remember(key, now_s)
                told.setdefault(key.publisher, []).append(self._owed.pop(key))
            else:
                del self._told_s[key]

    def _is_due(self, key: Key, now_s: float) -> bool:
        told_s = self._told_s.get(key)
        # A clock set back must not silence anyone.
        return told_s is None or not 0 <= now_s - told_s < self._every_s

    def _remember(self, key: Key, now_s: float) -> None:
        self._told_s[key] = now_s
        self._told_s.move_to_end(key)
        while len(self._told_s) > MOST_REMEMBERED:
            forgotten, _ = self._told_s.popitem(last=False)
            self._owed.pop(forgotten, None)


def _matters(change: Change) -> bool:
    """Whether a hole opened or closed, or the sender shows that it was not told."""
    missing = change.standing.counts()["missing"]
    return bool(missing or change.missing_before or change.repeated > 0 or change.note.lost)
