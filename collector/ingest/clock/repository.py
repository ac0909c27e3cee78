"""Decisions about wrong clocks in a relational database."""

import math
import time
from collections.abc import Collection, Mapping, Sequence

import structlog
from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from collector.domain.clock import Clock
from collector.ingest.clock.port import Boot, Decided
from collector.ingest.clock.rules import LATEST_S
from collector.ingest.clock.tables import rebuilt_times, wrong_clocks

KEPT_S = 2 * LATEST_S
"""Late data is welcome for half of it, and what came so late may come once more."""
PRUNE_EVERY_S, PRUNE_SERIALS = 60.0, 200
_log = structlog.get_logger(__name__)
_DECIDED = (rebuilt_times.c.sequence, rebuilt_times.c.device_time_s, rebuilt_times.c.time_s)


class SqlRebuiltTimes:
    """Decisions behind an engine; see RebuiltTimes. Several collectors may share them."""

    def __init__(self, engine: Engine, monotonic: Clock = time.monotonic) -> None:
        """``monotonic`` tells how long ago old decisions were looked for [s]."""
        self._engine, self._monotonic = engine, monotonic
        self._pruned_s, self._pruned_upto = -math.inf, ""
        self._seen: tuple[int, int] = (0, 0)
        self._boots: dict[Boot, float] = {}

    def boots(self) -> Mapping[Boot, float]:
        """Every boot that had a wrong clock, and by how much its first readings were moved [s]."""
        columns = (wrong_clocks.c.serial, wrong_clocks.c.boot, wrong_clocks.c.offset_s)
        with self._engine.connect() as connection:
            # Nothing there is ever changed, so what was read before holds while no more is there.
            many, newest = connection.execute(
                select(func.count(), func.coalesce(func.max(wrong_clocks.c.id), 0))
            ).one()
            if (many, newest) != self._seen:
                rows = connection.execute(select(*columns))
                self._boots = {Boot(s, b): offset_s for s, b, offset_s in rows}
                self._seen = (many, newest)
        return self._boots

    def decided(self, boot: Boot, first: int, last: int) -> list[Decided]:
        """What was decided about numbers ``first`` to ``last``."""
        with self._engine.connect() as connection:
            return _decided(connection, boot, first, last)

    def between(
        self, serials: Collection[str], start_s: int, end_s: int
    ) -> list[tuple[str, int, float]]:
        """Rebuilt times of some serials in a window: (serial, time, what the device said) [s]."""
        wrong = sorted({boot.serial for boot in self.boots()} & set(serials))
        if not wrong:
            return []
        query = select(
            rebuilt_times.c.serial, rebuilt_times.c.time_s, rebuilt_times.c.device_time_s
        ).where(
            rebuilt_times.c.serial.in_(wrong),
            rebuilt_times.c.time_s >= start_s,
            rebuilt_times.c.time_s < end_s,
        )
        with self._engine.connect() as connection:
            return [(s, t, said_s) for s, t, said_s in connection.execute(query)]

    def decide(self, boot: Boot, wanted: Sequence[Decided]) -> list[Decided]:
        """Keep decisions durably, all or none; returns what holds now for these numbers.

        Raises sqlalchemy's IntegrityError when another collector took the same second just now.
        """
        numbers = [d.sequence for d in wanted]
        with self._engine.execution_options(writes=True).begin() as connection:
            before = _decided(connection, boot, min(numbers), max(numbers))
            known = {d.sequence for d in before}
            new = [d for d in wanted if d.sequence not in known]
            if new:
                _note_boot(connection, boot, new[-1])
                rows = _free_seconds(connection, boot, new)
                connection.execute(insert(rebuilt_times), rows)
            held = _decided(connection, boot, min(numbers), max(numbers))
        if new and self._monotonic() - self._pruned_s >= PRUNE_EVERY_S:
            self._pruned_s = self._monotonic()
            self._prune(max(d.time_s for d in new))
        return held

    def _prune(self, now_s: int) -> None:
        """Forget what was decided long before, of some serials, the next time of others.

        In turn, so that the table is never searched from end to end. That a boot had a wrong clock
        is kept.
        """
        some = select(wrong_clocks.c.serial).distinct().order_by(wrong_clocks.c.serial)
        some = some.where(wrong_clocks.c.serial > self._pruned_upto).limit(PRUNE_SERIALS)
        try:
            with self._engine.execution_options(writes=True).begin() as connection:
                serials = connection.scalars(some).all()
                connection.execute(
                    delete(rebuilt_times).where(
                        rebuilt_times.c.serial.in_(serials),
                        rebuilt_times.c.time_s < now_s - KEPT_S,
                    )
                )
        except DBAPIError as error:  # what was decided just now is kept; this can wait
            _log.warning("old rebuilt times are not forgotten", trouble=type(error).__name__)
            return
        self._pruned_upto = serials[-1] if len(serials) == PRUNE_SERIALS else ""


def _decided(connection: Connection, boot: Boot, first: int, last: int) -> list[Decided]:
    query = select(*_DECIDED).where(
        rebuilt_times.c.serial == boot.serial,
        rebuilt_times.c.boot == boot.boot,
        rebuilt_times.c.sequence.between(first, last),
    )
    return [Decided(*row) for row in connection.execute(query)]


def _note_boot(connection: Connection, boot: Boot, newest: Decided) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(wrong_clocks)
        .values(**boot._asdict(), offset_s=newest.time_s - newest.device_time_s)
        .on_conflict_do_nothing(index_elements=["serial", "boot"])
    )


def _free_seconds(
    connection: Connection, boot: Boot, new: Sequence[Decided]
) -> list[dict[str, str | int | float]]:
    """Rows of new decisions, each at its second or at the next free one before it."""
    query = select(rebuilt_times.c.time_s).where(
        rebuilt_times.c.serial == boot.serial,
        rebuilt_times.c.time_s <= max(d.time_s for d in new),
        rebuilt_times.c.time_s >= min(d.time_s for d in new) - LATEST_S,
    )
    taken = set(connection.scalars(query))
    rows = []
    for decided in sorted(new, key=lambda d: -d.sequence):
        time_s = decided.time_s
        while time_s in taken:
            time_s -= 1
        taken.add(time_s)
        rows.append(
            {
                **boot._asdict(),
                "sequence": decided.sequence,
                "device_time_s": decided.device_time_s,
                "time_s": time_s,
            }
        )
    return rows
