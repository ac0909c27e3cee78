"""The backlog of a fleet as messages: in order of time by chunks of days, with what goes wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from device_sim.arrays import Array
from device_sim.grid import STEP_S, STEPS_A_DAY, day_of, times_of
from device_sim.message import Message
from device_sim.noise import key_of
from device_sim.oddities import odd_messages
from device_sim.packing import Packer, slice_of
from device_sim.telemetry import Numbering, batch_of
from device_sim.timeline import Timeline

CHUNK_DAYS = 20
"""Days simulated before they are sent: a device's rows of so long fill one message."""
_LATE_SHARE = 0.02
_REPEATED_SHARE = 0.01
_LATE_ROWS = 60


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some days: readings (systems, steps, fields), heard (systems, steps), times (steps,).

    ``clock_s`` (systems, steps) is how far the devices' clocks are ahead.
    """

    shown: Array
    heard: NDArray[np.bool_]
    time_s: NDArray[np.int64]
    clock_s: NDArray[np.int64]


@dataclass
class History:
    """Everything a fleet recorded between two moments on the grid.

    ``stop`` is asked after every simulated day; once it says so there are no more messages.
    """

    timeline: Timeline
    numbering: Numbering
    start_s: int
    end_s: int
    odd: bool = True
    stop: Callable[[], bool] = _never

    @property
    def expected_rows(self) -> int:
        """Rows there would be without gaps: what progress is measured against."""
        return len(self.timeline.fleet) * max(0, self.end_s - self.start_s) // STEP_S

    def messages(self) -> Iterator[Message]:
        """All messages in the order they are sent; late ones and repeats come after their time."""
        members = members_of(self.timeline.fleet.publishers)
        late: list[Message] = []
        for chunk in self._chunks():
            overdue, late = late, []
            for publisher, rows in members.items():
                yield from self._of_publisher(chunk, publisher, rows, late)
            yield from overdue
        yield from late
        if self.odd and not self.stop():
            yield from odd_messages(self.timeline.fleet, self.end_s)

    def _chunks(self) -> Iterator[_Chunk]:
        days = range(day_of(self.start_s), day_of(self.end_s - 1) + 1)
        systems = len(self.timeline.fleet)
        for first in range(days.start, days.stop, CHUNK_DAYS):
            part = range(first, min(first + CHUNK_DAYS, days.stop))
            time_s = np.concatenate([times_of(day) for day in part])
            shown = np.empty((systems, time_s.size, len(FIELDS)), np.float32)
            heard = np.empty((systems, time_s.size), bool)
            clock_s = np.empty((systems, time_s.size), np.int64)
            for i, day in enumerate(part):
                columns = slice(i * STEPS_A_DAY, (i + 1) * STEPS_A_DAY)
                view = self.timeline.day(day)
                shown[:, columns], heard[:, columns] = view.shown, view.heard
                clock_s[:, columns] = view.clock_s[:, None]
                if self.stop():
                    return
            wanted = slice(*np.searchsorted(time_s, [self.start_s, self.end_s]).tolist())
            yield _Chunk(shown[:, wanted], heard[:, wanted], time_s[wanted], clock_s[:, wanted])

    def _of_publisher(
        self, chunk: _Chunk, publisher: str, rows: list[int], late: list[Message]
    ) -> Iterator[Message]:
        """One publisher's messages of a chunk; those held back or repeated go into ``late``."""
        fleet, eyes = self.timeline.fleet, self.timeline.instruments
        packer, held = Packer(publisher), Packer(publisher)
        for row in rows:
            for batch in self._batches(chunk, row):
                data_format = int(eyes.data_format[row])
                for part, is_late in self._parts(batch, fleet.serials[row], chunk):
                    if is_late:
                        late += held.add(part, data_format)
                    else:
                        yield from self._sent(packer.add(part, data_format), late)
        late += held.flush()
        yield from self._sent(packer.flush(), late)

    def _batches(self, chunk: _Chunk, row: int) -> Iterator[ReadingBatch]:
        heard = chunk.heard[row]
        values = chunk.shown[row, heard]
        time_s = chunk.time_s[heard] + chunk.clock_s[row, heard]
        time_s += self.timeline.instruments.phase_s[row]
        serial = self.timeline.fleet.serials[row]
        for boot, sequence, part in self.numbering.take(row, heard):
            yield batch_of(serial, time_s[part], values[part], boot, sequence)

    def _parts(
        self, batch: ReadingBatch, serial: str, chunk: _Chunk
    ) -> Iterator[tuple[ReadingBatch, bool]]:
        """A batch, or its three parts of which the middle is late."""
        draw = self._draw("late", serial, int(chunk.time_s[0]), int(batch.boot[0]))
        if draw >= _LATE_SHARE or len(batch) < 3 * _LATE_ROWS:
            yield batch, False
            return
        first = int(draw / _LATE_SHARE * (len(batch) - _LATE_ROWS))
        for start, end, is_late in (
            (0, first, False),
            (first, first + _LATE_ROWS, True),
            (first + _LATE_ROWS, len(batch), False),
        ):
            if end > start:
                yield slice_of(batch, start, end), is_late

    def _sent(self, messages: Iterator[Message], late: list[Message]) -> Iterator[Message]:
        for message in messages:
            yield message
            if self._draw("twice", message.publisher, crc32(message.payload)) < _REPEATED_SHARE:
                late.append(replace(message, rows=0))

    def _draw(self, *names: object) -> float:
        return key_of(self.timeline.lot.seed, *names) / 2.0**64


def members_of(publishers: tuple[str, ...]) -> dict[str, list[int]]:
    """Rows of each publisher, publishers in order of their first row."""
    rows: dict[str, list[int]] = {}
    for row, publisher in enumerate(publishers):
        rows.setdefault(publisher, []).append(row)
    return rows
