"""The registry as the other parts see it: one consistent snapshot, and where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from collector.domain.device import Assignment, System, Village

_NEVER = np.iinfo(np.int64).max


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

    def assigned(
        self, serials: tuple[str, ...], serial_code: NDArray[np.int32], time_s: NDArray[np.int64]
    ) -> tuple[tuple[Assignment, ...], NDArray[np.int32]]:
        """Which assignment each of many readings falls under, -1 for none: (assignments, codes)."""
        found: list[Assignment] = []
        codes = np.full(time_s.size, -1, np.int32)
        if not time_s.size:
            return (), codes
        histories = [self.by_serial.get(serial, ()) for serial in serials]
        for back in range(max(len(h) for h in histories)):
            # One assignment of every serial at a time, the newest first: nearly all have just one.
            spans = [h[-1 - back] if back < len(h) else None for h in histories]
            from_s = np.array([s.from_s if s else _NEVER for s in spans])
            until_s = np.array(
                [s.until_s if s and s.until_s is not None else _NEVER for s in spans]
            )
            covered = (time_s >= from_s[serial_code]) & (time_s < until_s[serial_code])
            covered &= codes < 0
            number = np.full(len(spans), -1, np.int32)
            for i, span in enumerate(spans):
                if span is not None:
                    number[i] = len(found)
                    found.append(span)
            codes[covered] = number[serial_code[covered]]
        return tuple(found), codes


class FleetSource(Protocol):
    """Where the registry is kept."""

    def load(self) -> Fleet:
        """The registry as of now. Raises sqlalchemy's OperationalError when it is out of reach."""
        ...


class SearchableFleet(FleetSource, Protocol):
    """A registry that may be too large to be held in memory."""

    def is_larger_than(self, many: int) -> bool:
        """Whether it has more assignments than so many; quick, however many there are."""
        ...

    def of_serials(self, serials: Sequence[str]) -> Fleet:
        """Only these devices' assignments, with their systems and villages. Raises as ``load``."""
        ...
