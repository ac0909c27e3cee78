"""A fleet's day put into the order in which its readings arrive, a few hours at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.fields import FIELD_INDEX
from device_sim.arrays import Array
from device_sim.delivery import Detour
from device_sim.grid import STEP_S, STEPS_A_DAY

COLUMNS = (
    "pv_voltage_v",
    "pv_current_a",
    "battery_voltage_v",
    "battery_current_a",
    "load_current_a",
    "battery_temperature_c",
)
"""What every controller can report; recordings hold these."""
_FIELDS = [FIELD_INDEX[name] for name in COLUMNS]
_MANY = 10_000
_WINDOWS = {True: 16, False: 48}
"""Quarter hours handed on at once, for many systems and for few."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings one after another; ``values`` is (COLUMNS, rows), times are UTC seconds.

    ``time_s`` is the device's, ``received_s`` the true moment of arrival.
    """

    system: NDArray[np.int32]
    time_s: NDArray[np.int64]
    received_s: NDArray[np.int64]
    values: Array

    def __len__(self) -> int:
        return len(self.system)

    def take(self, chosen: NDArray[np.int64] | slice) -> Self:
        """Those at some positions."""
        return type(self)(*(getattr(self, f.name)[..., chosen] for f in fields(self)))

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """All parts, one after another; needs at least one."""
        columns = ([getattr(p, f.name) for p in parts] for f in fields(cls))
        return cls(*(np.concatenate(each, axis=-1) for each in columns))


class Arrivals:
    """One day of a fleet, filled block by block, and what is still under way from earlier days.

    A reading that takes no detour arrives a fixed time after its quarter hour begins, before the
    next one does: the order within a quarter hour is the same all year and found once.
    """

    def __init__(self, after_s: NDArray[np.int64], phase_s: NDArray[np.int64], end_s: int) -> None:
        """Readings are taken ``phase_s`` into a quarter hour and arrive ``after_s`` into it.

        Detours that take beyond ``end_s`` never arrive. Raises ValueError when one would arrive
        in the next quarter hour without any.
        """
        if after_s.max(initial=0) >= STEP_S:
            raise ValueError(f"readings must arrive within {STEP_S} s of their quarter hour")
        self._systems, self._end_s = phase_s.size, end_s
        self._phase_s = phase_s
        self._told_s = phase_s.copy()
        self._order = np.argsort(after_s, kind="stable")
        self._after_s = after_s[self._order]
        self._values = np.empty((len(COLUMNS), STEPS_A_DAY, self._systems), np.float32)
        self._kept = np.zeros((STEPS_A_DAY, self._systems), bool)
        none = np.zeros(0, np.int64)
        self._waiting = [self._rows(0, Detour(none, none, none))]

    def put(
        self,
        first: int,
        shown: Array,
        kept: NDArray[np.bool_],
        detours: tuple[int, Detour, Detour],
        clock_s: NDArray[np.int64] | int = 0,
    ) -> None:
        """Take the readings (systems, 96, fields) of the systems from row ``first`` on.

        ``kept`` says which exist at all; ``detours`` is the day, what arrives late, and what
        arrives once more. ``clock_s`` is how far the devices' clocks are ahead [s]: readings bear
        the devices' time, and arrive when they arrive.
        """
        day, late, again = detours
        rows = slice(first, first + len(kept))
        self._told_s[rows] = self._phase_s[rows] + clock_s
        for place, field in enumerate(_FIELDS):
            self._values[place, :, rows] = shown[:, :, field].T
        self._kept[:, rows] = kept.T
        for detour in (late, again):
            real = kept[detour.rows, detour.steps] & (detour.received_s < self._end_s)
            self._waiting.append(self._rows(day, detour.taken(real).below(first)))
        self._kept[late.steps, late.rows + first] = False

    def windows(self, day: int) -> Iterator[Rows]:
        """The day's arrivals, earlier days' late ones among them, in order of ``received_s``."""
        waiting = Rows.joined(self._waiting)
        waiting = waiting.take(np.argsort(waiting.received_s, kind="stable"))
        steps = _WINDOWS[self._systems >= _MANY]
        for start in range(0, STEPS_A_DAY, steps):
            end_s = day * DAY_S + (start + steps) * STEP_S
            due = int(np.searchsorted(waiting.received_s, end_s))
            yield self._window(day, range(start, start + steps), waiting.take(slice(due)))
            waiting = waiting.take(slice(due, None))
        self._waiting = [waiting]

    def _window(self, day: int, steps: range, late: Rows) -> Rows:
        """Readings of some quarter hours that took no detour, and the late ones among them."""
        ranks = [np.flatnonzero(self._kept[step].take(self._order)) for step in steps]
        counts = [rank.size for rank in ranks]
        begin_s = np.repeat([day * DAY_S + step * STEP_S for step in steps], counts)
        rank = np.concatenate(ranks)
        received_s = self._after_s.take(rank)
        received_s += begin_s
        system = self._order.take(rank)
        time_s = self._told_s.take(system)
        time_s += begin_s
        place = np.repeat([step * self._systems for step in steps], counts)
        place += system
        where = np.searchsorted(received_s, late.received_s, "right")
        values = np.empty((len(COLUMNS), rank.size + len(late)), np.float32)
        place = np.insert(place, where, 0)
        for column, laid in zip(self._values, values, strict=True):
            column.ravel().take(place, out=laid, mode="clip")
        values[:, where + np.arange(len(late))] = late.values
        return Rows(
            np.insert(system.astype(np.int32), where, late.system),
            np.insert(time_s, where, late.time_s),
            np.insert(received_s, where, late.received_s),
            values,
        )

    def _rows(self, day: int, detour: Detour) -> Rows:
        """The readings of a day that take a detour."""
        row, step = detour.rows, detour.steps
        time_s = step * STEP_S + self._told_s[row] + day * DAY_S
        values = self._values[:, step, row]
        return Rows(row.astype(np.int32), time_s, detour.received_s, values)
