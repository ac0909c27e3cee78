"""The registry as the other parts see it: one consistent snapshot, and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Assignment, System, Village


@dataclass(frozen=True)
class Fleet:
    """All villages, systems and dated assignments at one moment. Systems are sorted by code."""

    villages: Mapping[str, Village] = field(default_factory=dict)
    systems: tuple[System, ...] = ()
    assignments: tuple[Assignment, ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, System]:
        """System of each house code."""
        return {s.code: s for s in self.systems}

    @cached_property
    def by_serial(self) -> Mapping[str, tuple[Assignment, ...]]:
        """Every assignment of a device, oldest first."""
        found: dict[str, list[Assignment]] = {}
        for a in sorted(self.assignments, key=lambda a: a.from_s):
            found.setdefault(a.serial, []).append(a)
        return {serial: tuple(history) for serial, history in found.items()}

    @cached_property
    def by_system(self) -> Mapping[str, tuple[Assignment, ...]]:
        """Every device a system had, oldest first."""
        found: dict[str, list[Assignment]] = {}
        for a in sorted(self.assignments, key=lambda a: a.from_s):
            found.setdefault(a.system, []).append(a)
        return {code: tuple(history) for code, history in found.items()}

    def system_at(self, serial: str, time_s: float) -> System | None:
        """The system a device measured at this moment, None if it was assigned to none."""
        for a in reversed(self.by_serial.get(serial, ())):
            if a.from_s <= time_s and (a.until_s is None or time_s < a.until_s):
                return self.by_code.get(a.system)
        return None

    def village_codes(
        self, serials: tuple[str, ...], serial_code: NDArray[np.int32], time_s: NDArray[np.int64]
    ) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """Villages of many readings: (names, code of each row; -1 where the device had no system)."""
        names = tuple(self.villages)
        position = {name: i for i, name in enumerate(names)}
        codes = np.full(time_s.size, -1, np.int32)
        for i, serial in enumerate(serials):
            history = self.by_serial.get(serial, ())
            if not history:
                continue
            mine = serial_code == i
            for a in history:
                until = np.iinfo(np.int64).max if a.until_s is None else a.until_s
                covered = mine & (time_s >= a.from_s) & (time_s < until)
                codes[covered] = position[self.by_code[a.system].village]
        return names, codes


class FleetSource(Protocol):
    """Where the registry is kept."""

    def load(self) -> Fleet:
        """The registry as of now. Raises sqlalchemy's OperationalError when it is out of reach."""
        ...
