"""What a place for kept indicators promises: the comments are the contract, one suite tests all."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analytics.load import Neighbourhood


@dataclass(frozen=True, slots=True)
class KeptDays:
    """Indicators of one neighbourhood for some local days in a row.

    ``values`` is float32 of shape (len(INDICATORS), len(codes), days), in the order of the table of
    indicators; ``keys`` (days,) says from what each day was computed, 0 for a day not kept.
    Both may be written to.
    """

    codes: tuple[str, ...]
    first_day: date
    keys: NDArray[np.uint64]
    values: NDArray[np.float32]


class IndicatorArchive(Protocol):
    """Where daily indicators are kept between nights."""

    def alone(self) -> AbstractContextManager[None]:
        """A run, alone: another process waits until it is over, then sees what it left."""
        ...

    @property
    def seen_until_s(self) -> float | None:
        """What was received before this moment is in the kept days; None before any run."""
        ...

    @property
    def first_day(self) -> date | None:
        """No kept day is older than this; None while nothing is kept."""
        ...

    def heard_until_s(self, as_of_s: float) -> tuple[float, float]:
        """Two moments of receipt for a run as of ``as_of_s``, read before its first reading.

        What was received before the first is in the store for certain; what is received after the
        second cannot be in it yet.
        """
        ...

    def load(self, place: Neighbourhood, first_day: date, days: int) -> KeptDays:
        """The days kept of a neighbourhood, in the order of its systems.

        A system that was not there then has no readings on those days.
        """
        ...

    def keep(self, place: Neighbourhood, days: KeptDays, changed: NDArray[np.bool_]) -> None:
        """Keep the ``changed`` days of ``days``; each of them wholly or not at all."""
        ...

    def forget(self, place: Neighbourhood, days: frozenset[date]) -> None:
        """Drop these days, where they are kept."""
        ...

    def mark(self, seen_until_s: float, oldest: date) -> None:
        """A first run begins, or a run came to its end; nothing is kept before the first mark.

        Days before ``oldest`` are no longer needed. ``seen_until_s`` never goes back.
        """
        ...
