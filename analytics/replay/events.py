"""What the programme noted down in a record: batteries and panels replaced or cleaned, repairs."""

import csv
from math import isfinite
from pathlib import Path

from analytics.indicators.field_events import FieldEvent, FieldEventKind
from analytics.replay.moments import seconds
from analytics.replay.registry import RecordError

COLUMNS = ("serial", "time", "event")
_KINDS = {kind.value: kind for kind in FieldEventKind}


def read_events(path: Path) -> list[FieldEvent]:
    """Events by time; words of no known kind are left out. Raises RecordError, OSError.

    Times are UTC seconds or ISO 8601 (UTC where no zone stands).
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise RecordError(f"{path.name}: columns are missing: {', '.join(missing)}")
        found = []
        for number, row in enumerate(reader, 2):
            serial, time, event = ((row[name] or "").strip() for name in COLUMNS)
            if event in _KINDS:
                at_s = seconds_of(time, f"{path.name}, row {number}")
                found.append(FieldEvent(serial, at_s, _KINDS[event]))
    return sorted(found, key=lambda e: (e.at_s, e.system, e.kind))


def seconds_of(text: str, where: str) -> float:
    """UTC seconds of a cell. Raises RecordError that names ``where``."""
    try:
        time_s = float(text)
    except ValueError:
        try:
            return seconds(text)
        except ValueError:
            raise RecordError(f"{where}: {text!r} is no time; write 2026-11-22T04:00Z") from None
    if not isfinite(time_s):
        raise RecordError(f"{where}: {text!r} is no time")
    return time_s
