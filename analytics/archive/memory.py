"""Kept indicators in memory, for a walk through many nights; and a place that keeps nothing."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.archive.kept import laid_over, nothing_kept
from analytics.archive.port import IndicatorArchive, KeptDays
from analytics.load import Neighbourhood

_SPARE_DAYS = 60
"""Room for so many nights more, so that the arrays are not copied every night."""


class MemoryArchive:
    """The IndicatorArchive port for one walk: what is received is in the store at once."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int], KeptDays] = {}
        self._seen_until_s: float | None = None

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else has it."""
        return nullcontext()

    @property
    def seen_until_s(self) -> float | None:
        """What was received before this moment is in the kept days."""
        return self._seen_until_s

    @property
    def first_day(self) -> date | None:
        """No kept day is older than this."""
        return min((held.first_day for held in self._held.values()), default=None)

    def heard_until_s(self, as_of_s: float) -> tuple[float, float]:
        """In a walk the store holds all that was received before the night, and no more."""
        return as_of_s, as_of_s

    def load(self, place: Neighbourhood, first_day: date, days: int) -> KeptDays:
        """The days kept, without a copy where they are held already; see the port."""
        codes = tuple(s.code for s in place.systems)
        name = (place.village.name, place.part)
        held = self._held.get(name)
        last_day = first_day + timedelta(days - 1)
        if held is None or held.codes != codes or not _holds(held, first_day, last_day):
            room = nothing_kept(codes, first_day, days + _SPARE_DAYS)
            if held is not None:
                laid_over(held, room)
            self._held[name] = held = room
        at = (first_day - held.first_day).days
        span = slice(at, at + days)
        return KeptDays(codes, first_day, held.keys[span], held.values[:, :, span])

    def keep(self, place: Neighbourhood, days: KeptDays, changed: NDArray[np.bool_]) -> None:
        """Keep changed days of a span that was loaded from here; see the port."""
        held = self._held[place.village.name, place.part]
        at = (days.first_day - held.first_day).days + np.flatnonzero(changed)
        held.values[:, :, at] = days.values[:, :, changed]
        held.keys[at] = days.keys[changed]

    def forget(self, place: Neighbourhood, days: frozenset[date]) -> None:
        """Drop these days."""
        held = self._held.get((place.village.name, place.part))
        for day in days:
            if held is not None and 0 <= (day - held.first_day).days < held.keys.size:
                held.keys[(day - held.first_day).days] = 0

    def mark(self, seen_until_s: float, oldest: date) -> None:  # noqa: ARG002
        """A run came to its end; old days go when their room is needed."""
        self._seen_until_s = max(seen_until_s, self._seen_until_s or seen_until_s)


class NoArchive:
    """The IndicatorArchive port where nothing is kept: every run computes all it needs."""

    seen_until_s: float | None = None
    first_day: date | None = None

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else has it."""
        return nullcontext()

    def heard_until_s(self, as_of_s: float) -> tuple[float, float]:
        """Never asked for more than the night."""
        return as_of_s, as_of_s

    def load(self, place: Neighbourhood, first_day: date, days: int) -> KeptDays:
        """Nothing is kept."""
        return nothing_kept([s.code for s in place.systems], first_day, days)

    def keep(self, place: Neighbourhood, days: KeptDays, changed: NDArray[np.bool_]) -> None:
        """Let them go."""

    def forget(self, place: Neighbourhood, days: frozenset[date]) -> None:
        """Nothing was kept."""

    def mark(self, seen_until_s: float, oldest: date) -> None:
        """Nothing to mark."""


class UnchangedArchive(NoArchive):
    """Another archive to read from; what is computed beside it is let go."""

    def __init__(self, archive: IndicatorArchive) -> None:
        self._archive = archive
        self.seen_until_s = archive.seen_until_s
        self.first_day = archive.first_day

    def heard_until_s(self, as_of_s: float) -> tuple[float, float]:
        """As the archive has it."""
        return self._archive.heard_until_s(as_of_s)

    def load(self, place: Neighbourhood, first_day: date, days: int) -> KeptDays:
        """As the archive has it."""
        return self._archive.load(place, first_day, days)


def _holds(held: KeptDays, first_day: date, last_day: date) -> bool:
    end = held.first_day + timedelta(held.keys.size)
    return held.first_day <= first_day and last_day < end
