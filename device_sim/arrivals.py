"""A fleet's day put into the order in which its readings arrive, a few hours at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import DAY_S
from collector.domain.fields import FIELD_INDEX
from device_sim.arrays import Array
from device_sim.delivery import Again
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
_NEVER = -1
_MANY = 10_000
_WINDOWS = {True: 16, False: 48}
"""Quarter hours sorted at once, for many systems and for few: under 65,536 s either way."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings one after another; ``values`` is (COLUMNS, rows), times are UTC seconds."""

    system: NDArray[np.int32]
    time_s: NDArray[np.int64]
    received_s: NDArray[np.int64]
    values: Array

    def __len__(self) -> int:
        return len(self.system)

    def take(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Those at some positions, or where a mask says so."""
        return type(self)(
            self.system[chosen],
            self.time_s[chosen],
            self.received_s[chosen],
            self.values[:, chosen],
        )

    def before(self, others: Self) -> Self:
        """These rows, then the others."""
        return type(self)(
            np.concatenate([self.system, others.system]),
            np.concatenate([self.time_s, others.time_s]),
            np.concatenate([self.received_s, others.received_s]),
            np.concatenate([self.values, others.values], axis=1),
        )

    def with_inserted(self, places: NDArray[np.int64], others: Self) -> Self:
        """These rows with each of the others put in before a position."""
        return type(self)(
            np.insert(self.system, places, others.system),
            np.insert(self.time_s, places, others.time_s),
            np.insert(self.received_s, places, others.received_s),
            np.stack(
                [np.insert(a, places, b) for a, b in zip(self.values, others.values, strict=True)]
            ),
        )


class Arrivals:
    """One day of a fleet, filled block by block, and what is still under way from earlier days."""

    def __init__(self, phase_s: NDArray[np.int64]) -> None:
        systems = phase_s.size
        self._phase_s = phase_s
        self._clock_s = np.zeros(systems, np.int64)
        self._values = np.empty((len(COLUMNS), systems, STEPS_A_DAY), np.float32)
        self._due_s = np.full((systems, STEPS_A_DAY), _NEVER, np.int32)
        self._waiting = self._rows(0, np.zeros(0, np.int64), np.zeros(0, np.int64))

    def put(
        self,
        first: int,
        shown: Array,
        kept: NDArray[np.bool_],
        arrival: tuple[int, NDArray, Again],
        clock_s: NDArray[np.int64] | int = 0,
    ) -> None:
        """Take the readings (systems, 96, fields) of the systems from row ``first`` on.

        ``kept`` says which exist at all; ``arrival`` is the day, when each arrives [UTC s], and
        what arrives twice. ``clock_s`` is how far the devices' clocks are ahead [s]: readings bear
        the devices' time, and arrive when they arrive.
        """
        day, received_s, again = arrival
        rows = slice(first, first + len(kept))
        self._clock_s[rows] = clock_s
        for place, field in enumerate(_FIELDS):
            self._values[place, rows] = shown[:, :, field]
        self._due_s[rows] = np.where(kept, received_s - day * DAY_S, _NEVER)
        repeated = kept[again.rows, again.steps]
        flat = (again.rows[repeated] + first) * STEPS_A_DAY + again.steps[repeated]
        self._wait(self._rows(day, flat, again.received_s[repeated]))

    def windows(self, day: int) -> Iterator[Rows]:
        """The day's arrivals, earlier days' late ones among them, in order of ``received_s``."""
        steps = _WINDOWS[self._phase_s.size >= _MANY]
        for start in range(0, STEPS_A_DAY, steps):
            yield self._window(day, start, start + steps)

    def _window(self, day: int, start: int, end: int) -> Rows:
        begin_s, end_s = start * STEP_S, end * STEP_S
        due_s = np.ascontiguousarray(self._due_s[:, start:end])
        late = due_s >= end_s
        if late.any():
            row, step = np.nonzero(late)
            self._wait(
                self._rows(
                    day,
                    row * STEPS_A_DAY + step + start,
                    due_s[late].astype(np.int64) + day * DAY_S,
                )
            )
        ready = np.flatnonzero((due_s >= 0) & ~late)
        # Seconds within the window fit 16 bits, and such are sorted by counting.
        second = (due_s.ravel()[ready] - begin_s).astype(np.uint16)
        order = np.argsort(second, kind="stable")
        row, step = np.divmod(ready[order], end - start)
        rows = self._rows(
            day,
            row * STEPS_A_DAY + step + start,
            second[order].astype(np.int64) + _at(day, begin_s),
        )
        return self._joined(rows, _at(day, end_s))

    def _joined(self, rows: Rows, end_s: int) -> Rows:
        """Rows with those that waited and arrive before a moment, in order."""
        due = self._waiting.received_s < end_s
        if not due.any():
            return rows
        late = self._waiting.take(due)
        self._waiting = self._waiting.take(~due)
        late = late.take(np.argsort(late.received_s, kind="stable"))
        return rows.with_inserted(np.searchsorted(rows.received_s, late.received_s, "right"), late)

    def _wait(self, rows: Rows) -> None:
        self._waiting = self._waiting.before(rows)

    def _rows(self, day: int, flat: NDArray[np.int64], received_s: NDArray[np.int64]) -> Rows:
        """The readings of a day at positions of (systems, 96)."""
        row, step = np.divmod(flat, STEPS_A_DAY)
        values = np.stack([column.ravel().take(flat) for column in self._values])
        time_s = step * STEP_S + (self._phase_s[row] + self._clock_s[row] + day * DAY_S)
        return Rows(row.astype(np.int32), time_s, received_s, values)


def _at(day: int, second: int) -> int:
    return day * DAY_S + second
