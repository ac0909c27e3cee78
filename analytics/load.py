"""From readings by device to indicators by system, a village and some weeks at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.indicators.coverage import UNHEARD_DAYS, unheard_days
from analytics.indicators.daily import INDICATORS, daily_indicators
from analytics.indicators.day_view import FIELDS_READ, HALF_DAY_S, Floats
from analytics.indicators.table import IndicatorTable
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


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Systems of one village that are judged together, by code."""

    village: Village
    systems: tuple[System, ...]


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
            Neighbourhood(fleet.villages[name], tuple(systems[first : first + size]))
            for first in range(0, len(systems), size)
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


def indicator_table(
    store: ReadingStore,
    fleet: Fleet,
    place: Neighbourhood,
    first_day: date,
    days: int,
) -> IndicatorTable:
    """All indicators of one neighbourhood for some local days. Raises StoreUnavailableError."""
    parts: list[dict[str, Floats]] = []
    for block, many in _blocks(store, fleet, place, first_day, days):
        if block.rows.any():
            parts.append(daily_indicators(block, place.systems, place.village, many))
        else:
            parts.append(_nothing_heard(len(place.systems), many))
    values = {i.name: np.concatenate([part[i.name] for part in parts], axis=1) for i in INDICATORS}
    before = _days_unheard_before(store, fleet, place, first_day, values["rows"])
    awaited = _awaited(fleet, place, first_day)
    values[UNHEARD_DAYS.name] = unheard_days(values["rows"], before, awaited)
    gateways = [_gateway_now(fleet, s.code) for s in place.systems]
    names = sorted(set(gateways) - {""})
    return IndicatorTable(
        place.systems,
        tuple(first_day + timedelta(i) for i in range(days)),
        values,
        np.zeros(len(place.systems), np.int32),
        np.array([names.index(g) if g else -1 for g in gateways], np.int32),
    )


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


def _nothing_heard(systems: int, days: int) -> dict[str, Floats]:
    values = {i.name: np.full((systems, days), np.nan, np.float32) for i in INDICATORS}
    for name in ("rows", "coverage"):
        values[name][:] = 0.0
    return values


def _days_unheard_before(
    store: ReadingStore,
    fleet: Fleet,
    place: Neighbourhood,
    first_day: date,
    rows: Floats,
) -> Floats:
    """For systems without any reading in the span: how long before it the last one came."""
    before = np.full(len(place.systems), np.nan, np.float32)
    start_s = day_start_s(first_day, place.village.timezone)
    quiet = {
        fleet.by_system[s.code][-1].serial: i
        for i, s in enumerate(place.systems)
        if not rows[i].any() and s.code in fleet.by_system
    }
    if quiet:
        newest = store.latest(sorted(quiet))
        for code, time_s in zip(newest.serial_code, newest.time_s, strict=True):
            if time_s < start_s:
                before[quiet[newest.serials[code]]] = -((time_s - start_s) // DAY_S)
    return before


def _awaited(fleet: Fleet, place: Neighbourhood, first_day: date) -> Floats:
    """First column at which each system has a device; NaN for one that has none."""
    start_s = day_start_s(first_day, place.village.timezone)
    since = np.full(len(place.systems), np.nan, np.float32)
    for i, system in enumerate(place.systems):
        history = fleet.by_system.get(system.code, ())
        if history:
            since[i] = max(0, -(-(history[0].from_s - start_s) // DAY_S))
    return since


def _gateway_now(fleet: Fleet, code: str) -> str:
    history = fleet.by_system.get(code, ())
    return history[-1].gateway if history else ""
