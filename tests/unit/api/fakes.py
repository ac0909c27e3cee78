"""The ports in memory: what the API stands on when no server is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analytics.prognosis.system_forecast import SystemForecast
from analytics.tickets.port import Changes, TicketFilter
from analytics.tickets.ticket import SystemState, Ticket, TicketEvent
from collector.domain.block import Block, block_of
from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from collector.store.port import StoreUnavailableError


@dataclass
class MemoryStore:
    """All readings in one batch; ``down`` makes every call fail."""

    batch: ReadingBatch = field(default_factory=ReadingBatch.empty)
    down: bool = False
    asked: list[str] = field(default_factory=list)

    def write(self, batch: ReadingBatch) -> None:
        self.batch = ReadingBatch.concat([self.batch, batch]).last_of_each_key()

    def latest(self, serials: Sequence[str]) -> ReadingBatch:
        self._ask("latest")
        position = {s: i for i, s in enumerate(self.batch.serials)}
        newest = []
        for serial in serials:
            mine = np.flatnonzero(self.batch.serial_code == position.get(serial, -1))
            if mine.size:
                newest.append(mine[np.argmax(self.batch.time_s[mine])])
        return self.batch.take(np.array(newest, np.int64))

    def rows(self, serial: str, start_s: int, end_s: int) -> ReadingBatch:
        self._ask("rows")
        code = self.batch.serials.index(serial) if serial in self.batch.serials else -1
        time_s = self.batch.time_s
        mine = (self.batch.serial_code == code) & (time_s >= start_s) & (time_s < end_s)
        found = self.batch.take(mine)
        return found.take(np.argsort(found.time_s, kind="stable"))

    def block(
        self, serials: Sequence[str], window_s: tuple[int, int], step_s: int, fields: Sequence[str]
    ) -> Block:
        self._ask("block")
        return block_of(self.batch, serials, window_s, step_s, fields)

    def count(self) -> int:
        self._ask("count")
        return len(self.batch)

    def close(self) -> None: ...

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise StoreUnavailableError("no route to 10.0.0.7 as user suluh")


@dataclass
class MemoryFleet:
    """A registry that never changes unless a test changes it."""

    fleet: Fleet
    loads: int = 0

    def load(self) -> Fleet:
        self.loads += 1
        return self.fleet


class DatabaseDownError(Exception):
    """Stands for the database driver's own error."""


@dataclass
class MemoryBook:
    """Tickets by number; ``down`` makes every call fail."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    history: dict[int, list[TicketEvent]] = field(default_factory=dict)
    judged: dict[str, SystemState] = field(default_factory=dict)
    down: bool = False

    def apply(self, changes: Changes) -> None:
        raise NotImplementedError("the API only reads")

    def find(self, wanted: TicketFilter) -> list[Ticket]:
        self._ask()
        found = [
            t
            for number, t in sorted(self.tickets.items())
            if number > wanted.after_number
            and (wanted.systems is None or t.system in wanted.systems)
            and (not wanted.faults or t.fault in wanted.faults)
            and (t.is_open or not wanted.open_only)
        ]
        return found[: wanted.limit]

    def get(self, number: int) -> Ticket | None:
        self._ask()
        return self.tickets.get(number)

    def events(self, number: int) -> list[TicketEvent]:
        self._ask()
        return self.history.get(number, [])

    def states(self) -> Mapping[str, SystemState]:
        self._ask()
        return self.judged

    def _ask(self) -> None:
        if self.down:
            raise DatabaseDownError("could not connect as suluh@10.0.0.8")


@dataclass
class MemoryForecasts:
    """Forecasts by house code; ``down`` makes every call fail."""

    held: dict[str, SystemForecast] = field(default_factory=dict)
    down: bool = False

    def keep(self, forecasts: Sequence[SystemForecast]) -> None:
        raise NotImplementedError("the API only reads")

    def forecasts(self) -> Mapping[str, SystemForecast]:
        if self.down:
            raise DatabaseDownError("could not connect as suluh@10.0.0.8")
        return self.held
