"""What was decided about readings with a wrong clock: the comments are the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Boot(NamedTuple):
    """Whose numbers: those of one serial since one start of its counting."""

    serial: str
    boot: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A reading with a wrong clock, what its device said, and the second it is stored under."""

    sequence: int
    device_time_s: float
    time_s: int


class RebuiltTimes(Protocol):
    """Remembers decisions, so that a reading that comes again gets the time it got first.

    Those of times longer ago than twice the 45 days in which late data is welcome may be forgotten.
    """

    def boots(self) -> Mapping[Boot, float]:
        """Every boot that had a wrong clock, and by how much its first readings were moved [s]."""
        ...

    def decided(self, boot: Boot, first: int, last: int) -> list[Decided]:
        """What was decided about numbers ``first`` to ``last``."""
        ...

    def decide(self, boot: Boot, wanted: Sequence[Decided]) -> list[Decided]:
        """Keep decisions durably, all or none; returns what holds now for these numbers.

        What was decided before stays. No two readings of a serial get the same second: the later
        one goes to the next free second before it.
        """
        ...
