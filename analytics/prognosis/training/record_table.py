"""A whole record as indicator tables: all that was ever received, one table a calendar.

Leakage-free by the features, not by the tables: each day's indicators come from that day's
readings alone, and a forecast reads the columns up to its own day. What arrived late is in them;
a walk (``suluh replay``) hears it later, so judge a model by a walk.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from analytics.archive.memory import NoArchive
from analytics.archive.refresh import Reading
from analytics.indicators.table import IndicatorTable
from analytics.look_back import LOOK_BACK_DAYS, look_backs
from analytics.replay.clocks import set_right
from analytics.replay.events import read_events
from analytics.replay.heard import HeardStore
from analytics.replay.readings import ReadingFiles
from analytics.replay.registry import RecordError, RecordRegistry, heard_fleet, read_registry

MOST_DAYS = 1200
"""Longer records are read to their last so many days: a grid in memory holds no more."""
_EPOCH = date(1970, 1, 1)


def record_tables(folder: Path) -> Iterator[IndicatorTable]:
    """Tables of registry.csv, readings and events.csv. Raises RecordError, OSError."""
    registry = read_registry(folder / "registry.csv")
    events = folder / "events.csv"
    noted = read_events(events) if events.is_file() else []
    days = _span_days(folder, registry)
    store, first_heard, last = _heard(folder, registry, days)
    reading = Reading(store, heard_fleet(registry, first_heard), NoArchive())
    first = last - timedelta(max(0, days - LOOK_BACK_DAYS))
    yield from look_backs(reading, [first, last], noted)


def _span_days(folder: Path, registry: RecordRegistry) -> int:
    """How many days lie between the first receipt and the last, from the files' edges."""
    files = ReadingFiles(folder / "readings", [s.code for s in registry.systems])
    edges = [files.files[0], files.files[-1]]
    seen = []
    for edge in edges:
        part = ReadingFiles(edge, [s.code for s in registry.systems])
        seen += [day for day, _ in part.days()]
    if not seen:
        raise RecordError(f"there is no reading of a known system in {folder}")
    return min(MOST_DAYS, max(seen) - min(seen) + 2)


def _heard(
    folder: Path, registry: RecordRegistry, days: int
) -> tuple[HeardStore, dict[str, int], date]:
    """A store that heard everything, the first day of each system, and the night after the last."""
    codes = [s.code for s in registry.systems]
    store = HeardStore(codes, days + 2)
    first_heard: dict[str, int] = {}
    last = 0
    for day, rows in ReadingFiles(folder / "readings", codes).days():
        mended, clocks = set_right(rows, len(codes))
        store.hear(mended, day)
        store.note_clocks(clocks, day)
        for row in set(mended.system.tolist()):
            first_heard.setdefault(codes[row], day)
        last = day
    return store, first_heard, _EPOCH + timedelta(last + 1)
