"""What people did in the field, as columns of the table: 1 on the local day of the event, else 0.

Events are incomplete in the field: a detector may believe one that is there, and must do without.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from collector.domain.clock import local_day
from collector.domain.device import System


class FieldEventKind(StrEnum):
    """What may be told of a system."""

    BATTERY_REPLACED = "battery_replaced"
    PANEL_CLEANED = "panel_cleaned"
    PANEL_REPLACED = "panel_replaced"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class FieldEvent:
    """Something done at a system (a house code) at a moment, UTC seconds."""

    system: str
    at_s: float
    kind: FieldEventKind


EVENT_COLUMNS: Mapping[FieldEventKind, str] = {
    kind: f"event_{kind.value}" for kind in FieldEventKind
}
"""The column of each kind; every table has all of them."""


def event_columns(
    events: Iterable[FieldEvent], systems: Sequence[System], days: Sequence[date], timezone: str
) -> dict[str, NDArray[np.float32]]:
    """A column for each kind, float32 of shape (systems, days); others' events are left out."""
    shape = (len(systems), len(days))
    found = {column: np.zeros(shape, np.float32) for column in EVENT_COLUMNS.values()}
    row_of = {system.code: row for row, system in enumerate(systems)}
    column_of = {day: column for column, day in enumerate(days)}
    for event in events:
        row = row_of.get(event.system)
        column = column_of.get(local_day(event.at_s, timezone))
        if row is not None and column is not None:
            found[EVENT_COLUMNS[event.kind]][row, column] = 1.0
    return found
