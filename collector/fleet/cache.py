"""The registry kept at hand by a process that asks it thousands of times a second."""

import math
import threading
from collections.abc import Iterable

from collector.domain.clock import Clock
from collector.fleet.port import Fleet, SearchableFleet

MAX_AGE_S = 60.0
"""A change of the registry is seen after this long at the latest."""
MIN_AGE_S = 2.0
"""Serials nobody knows make it look again, but not more often than this."""


MOST_AT_HAND = 200_000
"""Assignments held in memory, some 150 MB; a larger registry is asked for each batch."""


class CachedFleet:
    """A FleetSource that remembers; safe to use from several threads."""

    def __init__(self, source: SearchableFleet, clock: Clock) -> None:
        """Load at the first use."""
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._fleet: Fleet | None = None
        self._loaded_s = 0.0
        self._is_large = False
        self._looked_s = -math.inf

    def load(self) -> Fleet:
        """The registry, at most MAX_AGE_S old."""
        return self._at_most(MAX_AGE_S)

    def knowing(self, serials: Iterable[str]) -> Fleet:
        """The registry; if it does not know one of the serials, looked up afresh.

        Of a registry larger than MOST_AT_HAND only what concerns these serials, as of now.
        """
        asked = tuple(serials)
        if self._too_large():
            return self._source.of_serials(asked)
        fleet = self.load()
        if all(serial in fleet.by_serial for serial in asked):
            return fleet
        return self._at_most(MIN_AGE_S)

    def _too_large(self) -> bool:
        with self._lock:
            now_s = self._clock()
            if not 0 <= now_s - self._looked_s <= MAX_AGE_S:
                self._is_large = self._source.is_larger_than(MOST_AT_HAND)
                self._looked_s = now_s
                if self._is_large:
                    self._fleet = None
            return self._is_large

    def _at_most(self, age_s: float) -> Fleet:
        with self._lock:
            now_s = self._clock()
            # A clock set back must not keep an old registry for as long.
            if self._fleet is None or not 0 <= now_s - self._loaded_s <= age_s:
                self._fleet = self._source.load()
                self._loaded_s = now_s
            return self._fleet
