"""The registry kept at hand by a process that asks it thousands of times a second."""

import threading
from collections.abc import Iterable

from collector.domain.clock import Clock
from collector.fleet.port import Fleet, FleetSource

MAX_AGE_S = 60.0
"""A change of the registry is seen after this long at the latest."""
MIN_AGE_S = 2.0
"""Serials nobody knows make it look again, but not more often than this."""


class CachedFleet:
    """A FleetSource that remembers; safe to use from several threads."""

    def __init__(self, source: FleetSource, clock: Clock) -> None:
        """Load at the first use."""
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._fleet: Fleet | None = None
        self._loaded_s = 0.0

    def load(self) -> Fleet:
        """The registry, at most MAX_AGE_S old."""
        return self._at_most(MAX_AGE_S)

    def knowing(self, serials: Iterable[str]) -> Fleet:
        """The registry; if it does not know one of the serials, looked up afresh."""
        fleet = self.load()
        if all(serial in fleet.by_serial for serial in serials):
            return fleet
        return self._at_most(MIN_AGE_S)

    def _at_most(self, age_s: float) -> Fleet:
        with self._lock:
            now_s = self._clock()
            # A clock set back must not keep an old registry for as long.
            if self._fleet is None or not 0 <= now_s - self._loaded_s <= age_s:
                self._fleet = self._source.load()
                self._loaded_s = now_s
            return self._fleet
