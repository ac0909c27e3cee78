"""The end-to-end acknowledgement: what a publisher may forget, and when it is told so."""

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from collector.ledger.port import UNNUMBERED, Change, Key
from collector.ledger.ranges import Ranges

EVERY_S = 3_600.0
"""How often a serial is acknowledged while all goes well: acknowledgements cost the sender too."""
MOST_REMEMBERED = 200_000
"""Serials whose last acknowledgement is remembered; one that is forgotten is told sooner."""
MOST_ALSO = 50
"""Runs beyond a hole named in one entry; what is not named is sent again, and then named."""
MOST_ENTRIES = 500
"""Entries in one message: some 20 KB."""


def entry_of(key: Key, settled: Ranges, upto: int, mentioned: Ranges) -> dict[str, Any]:
    """What is said of one serial and boot: ``rc`` never lies beyond a hole.

    ``also`` has the settled runs beyond it that hold any of the ``mentioned`` numbers.
    """
    entry: dict[str, Any] = {"sn": key.serial, "b": key.boot, "rc": upto}
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
        self._owed: dict[Key, dict[str, Any]] = {}

    def messages(
        self, changes: Mapping[Key, Change], hasty: frozenset[str], now_s: float
    ) -> Iterator[tuple[str, bytes]]:
        """(publisher, payload) of all that is to be told now; ``hasty`` publishers sent backlog."""
        told: dict[str, list[dict[str, Any]]] = {}
        for key, change in changes.items():
            if key.boot == UNNUMBERED or not key.publisher or not change.standing.settled:
                continue
            standing = change.standing
            upto = standing.complete_upto
            entry = entry_of(key, standing.settled, upto, change.note.mentioned)
            at_once = key.publisher in hasty or _matters(change)
            self._owed.pop(key, None)
            if at_once or self._is_due(key, now_s):
                self._remember(key, now_s)
                told.setdefault(key.publisher, []).append(entry)
            else:
                self._owed[key] = entry
        for key in [key for key in self._owed if self._is_due(key, now_s)]:
            self._remember(key, now_s)
            told.setdefault(key.publisher, []).append(self._owed.pop(key))
        for publisher, entries in told.items():
            for start in range(0, len(entries), MOST_ENTRIES):
                part = {"acks": entries[start : start + MOST_ENTRIES]}
                yield publisher, json.dumps(part, separators=(",", ":")).encode()

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
