"""From readings by device to daily indicators by system, a neighbourhood at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.indicators.daily import INDICATORS, daily_indicators
from analytics.indicators.day_view import FIELDS_READ, HALF_DAY_S, Floats
from collector.domain.block import READING_INTERVAL_S, Block, empty_block
from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import System, Village
from collector.fleet.port import Fleet
from collector.store.port import ReadingStore

MOST_NEIGHBOURS = 400
"""A larger village is judged in groups of this size at most; each has neighbours enough."""
BLOCK_CELLS = 500_000
"""Cells of a block read at once: 13 MB, some ten times that while a store reads it; so memory stays
flat for any fleet."""


_NEVER_MISSING = frozenset({"rows", "coverage"})


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Systems of one village that are judged together, by code; a large village has several."""

    village: Village
    systems: tuple[System, ...]
    part: int = 0


def neighbourhoods(fleet: Fleet) -> list[Neighbourhood]:
    """Every village's systems, by code; villages above 400 systems in equal parts."""
    found: list[Neighbourhood] = []
    by_village: dict[str, list[System]] = {}
    for system in fleet.systems:
        by_village.setdefault(system.village, []).append(system)
    for name, systems in sorted(by_village.items()):
        parts = -(-len(systems) // MOST_NEIGHBOURS)
        size = -(-len(systems) // parts)
        found += [
            Neighbourhood(fleet.villages[name], tuple(systems[first : first + size]), part)
            for part, first in enumerate(range(0, len(systems), size))
        ]
    return found


def system_block(
    store: ReadingStore, fleet: Fleet, systems: Sequence[System], window_s: tuple[int, int]
) -> Block:
    """Readings of systems on the 15-minute grid, whichever devices measured them when.

    A cell belongs to the device that was assigned at its start, so the history of a swapped device
    goes on in its successor's. Raises StoreUnavailableError.
    """
    labels = [s.code for s in systems]
    histories = [
        [
            (a.serial, max(a.from_s, window_s[0]), min(a.until_s or window_s[1], window_s[1]))
            for a in fleet.by_system.get(code, ())
            if a.from_s < window_s[1] and (a.until_s is None or a.until_s > window_s[0])
        ]
        for code in labels
    ]
    serials = sorted({serial for history in histories for serial, _, _ in history})
    if not serials:
        return empty_block(labels, *window_s, READING_INTERVAL_S, FIELDS_READ)
    measured = store.block(serials, window_s, READING_INTERVAL_S, FIELDS_READ)
    if all(len(h) == 1 and h[0][1:] == window_s for h in histories) and len(serials) == len(labels):
        order = np.searchsorted(np.array(serials), np.array([h[0][0] for h in histories]))
        return _rows(measured, labels, order)
    merged = empty_block(labels, *window_s, READING_INTERVAL_S, FIELDS_READ)
    row_of = {serial: i for i, serial in enumerate(serials)}
    for row, history in enumerate(histories):
        for serial, from_s, until_s in history:
            first, end = (
                max(0, -(-(t - window_s[0]) // READING_INTERVAL_S)) for t in (from_s, until_s)
            )
            merged.rows[row, first:end] = measured.rows[row_of[serial], first:end]
            for field in FIELDS_READ:
                merged[field][row, first:end] = measured[field][row_of[serial], first:end]
    return merged


def _rows(block: Block, labels: Sequence[str], order: np.ndarray) -> Block:
    if np.array_equal(order, np.arange(len(labels))):
        return Block(tuple(labels), block.start_s, block.step_s, block.values, block.rows)
    values = {field: block[field][order] for field in block.values}
    return Block(tuple(labels), block.start_s, block.step_s, values, block.rows[order])


def measured_days(
    store: ReadingStore, fleet: Fleet, place: Neighbourhood, first_day: date, days: int
) -> Floats:
    """Every indicator of some local days, float32 of shape (len(INDICATORS), systems, days).

    Each day is computed alone, from the noon before it to its end, so that its numbers never depend
    on which days were asked for with it. A system without any reading in that time has no number,
    whatever its neighbours have. Raises StoreUnavailableError.
    """
    found = nothing_heard(len(place.systems), days)
    for day, block in enumerate(day_blocks(store, fleet, place, first_day, days)):
        heard = block.rows.any(axis=1)
        if heard.any():
            values = daily_indicators(block, place.systems, place.village, 1)
            for i, indicator in enumerate(INDICATORS):
                found[i, heard, day] = values[indicator.name][heard, 0]
    return found


def day_blocks(
    store: ReadingStore, fleet: Fleet, place: Neighbourhood, first_day: date, days: int
) -> Iterator[Block]:
    """What a day's indicators are computed from, day by day: from the noon before to its end."""
    samples = DAY_S // READING_INTERVAL_S
    for block, many in _blocks(store, fleet, place, first_day, days):
        for day in range(many):
            columns = slice(day * samples, (day + 1) * samples + samples // 2)
            yield Block(
                block.labels,
                block.start_s + day * DAY_S,
                block.step_s,
                {field: block[field][:, columns] for field in FIELDS_READ},
                block.rows[:, columns],
            )


def nothing_heard(systems: int, days: int) -> Floats:
    """Days without any reading: all missing, only the counts are zero; shape as measured_days."""
    # Systems side by side, a day after the other: what looks at days of many systems is quicker.
    values = np.full((len(INDICATORS), days, systems), np.nan, np.float32).transpose(0, 2, 1)
    for i, indicator in enumerate(INDICATORS):
        if indicator.name in _NEVER_MISSING:
            values[i] = 0.0
    return values


def _blocks(
    store: ReadingStore,
    fleet: Fleet,
    place: Neighbourhood,
    first_day: date,
    days: int,
) -> Iterator[tuple[Block, int]]:
    """Blocks of some days each, every one from the noon before its first day."""
    start_s = day_start_s(first_day, place.village.timezone)
    size = max(1, BLOCK_CELLS * READING_INTERVAL_S // (DAY_S * max(1, len(place.systems))))
    for first in range(0, days, size):
        many = min(size, days - first)
        begin = start_s + first * DAY_S
        window = (begin - HALF_DAY_S, begin + many * DAY_S)
        yield system_block(store, fleet, place.systems, window), many
