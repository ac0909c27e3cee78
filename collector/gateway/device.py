"""A device on a bus as the poller knows it: its map, and what its answers have taught."""

from dataclasses import dataclass, field

from collector.controllers.controller_map import Block, ControllerMap

PATIENCE = 3
"""Failures in a row before a device is asked less often [K]."""
LONGEST_BACKOFF = 4
"""Most intervals a dead device is left alone; at 15 min it is found again within the hour [K]."""


@dataclass(slots=True)
class Device:
    """One controller. ``missing`` are optional blocks it has refused.

    ``known``: it has shown that it is what the map says, since it was last away.
    """

    serial: str
    unit: int
    controller: ControllerMap
    failures: int = 0
    skip_cycles: int = 0
    out_of_step: bool = False
    known: bool = False
    missing: set[str] = field(default_factory=set)

    @property
    def blocks(self) -> list[Block]:
        """What to ask it for a reading."""
        return [b for b in self.controller.polled if b.name not in self.missing]

    def due(self) -> bool:
        """Whether it is asked in this cycle; counts the cycle."""
        if self.skip_cycles:
            self.skip_cycles -= 1
            return False
        return True

    def succeeded(self) -> None:
        """It answered in full."""
        self.failures = self.skip_cycles = 0
        self.out_of_step = False

    def failed(self) -> None:
        """It did not: from the third time on it is left alone for 1, 2, then 4 cycles."""
        self.failures += 1
        if self.failures >= PATIENCE:
            self.known = False  # another one may hang there when it answers again
            self.skip_cycles = min(2 ** (self.failures - PATIENCE), LONGEST_BACKOFF)
