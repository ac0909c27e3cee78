"""When batteries left homes dark, for training: a record's answer sheet, or what people noted."""

import csv
from collections.abc import Mapping
from datetime import date
from math import inf
from pathlib import Path

from analytics.evaluate.answers import Darkness, first_darkness, read_answers
from analytics.replay.registry import RecordError

_EPOCH = date(1970, 1, 1).toordinal()


def from_answers(path: Path) -> dict[str, Darkness]:
    """The first darkness of each serial on an answer sheet. Raises RecordError, OSError."""
    try:
        return first_darkness(read_answers(path))
    except (KeyError, ValueError) as error:
        raise RecordError(f"{path.name} is no answer sheet: {error}") from error


def from_field(path: Path) -> dict[str, Darkness]:
    """Labels of the field: serial, dark_from (a day, empty = looked at and the battery was good).

    Raises RecordError with the row at fault, OSError.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"serial", "dark_from"} <= set(reader.fieldnames or ()):
            raise RecordError(f"{path.name}: columns serial and dark_from are needed")
        found: dict[str, Darkness] = {}
        for number, row in enumerate(reader, 2):
            text = (row["dark_from"] or "").strip()
            try:
                day = date.fromisoformat(text[:10]).toordinal() - _EPOCH if text else inf
            except ValueError as error:
                raise RecordError(
                    f"{path.name}, row {number}: {text!r} is no day; write 2026-11-22"
                ) from error
            serial = row["serial"].strip()
            if day <= found.get(serial, Darkness()).day:
                found[serial] = Darkness(day)
        return found


def merged(known: Mapping[str, Darkness], noted: Mapping[str, Darkness]) -> dict[str, Darkness]:
    """What people noted stands before an answer sheet's."""
    return {**known, **noted}
