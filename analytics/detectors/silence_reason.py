"""Why a system is silent: its last words, and who else on its way to us is heard."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats
from analytics.indicators.day_view import facts_of
from analytics.indicators.table import IndicatorTable

UNKNOWN, BATTERY, GATEWAY, CABLE, CLOCK, CUT_AT_NIGHT = range(6)
"""What ``reason`` of a silent system's evidence means."""
LOW_V = (11.8, 12.6)
"""Lead-acid, lithium. Last words at this voltage: the controller was about to cut off, or to go out
itself [K]."""
FALLING_V, NEARLY_LOW_V = 0.6, 0.4
"""Falling by so much in three hours, so near the low level, it died before it could tell [K]."""
NIGHT_GONE, NIGHTS = 0.7, 5
"""Share of the night that was heard, and how many nights before the silence are looked at."""
HABIT_NIGHTS = 2
GATEWAY_SILENT = 0.9
AHEAD_H = 1.0
FEWEST_MATES = 3

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LastWords:
    """Each system's last day with a battery voltage; NaN where there is none. Arrays (systems,)."""

    volts: Floats
    fall_v: Floats
    hour: Floats
    nights_gone: NDArray[np.int64]


def last_words(table: IndicatorTable, day: int, silent: Flags) -> LastWords:
    """What silent systems said last, and how many of the five nights before were half silent."""
    asked = np.flatnonzero(silent)
    heard = np.isfinite(table["last_v"][asked, : day + 1])
    at = day - np.argmax(heard[:, ::-1], axis=1)
    ever = heard.any(axis=1)

    def then(name: str) -> Floats:
        found = np.full(silent.shape, np.nan, np.float32)
        found[asked] = np.where(ever, table[name][asked, at], np.nan)
        return found

    days = np.clip(at[:, None] - np.arange(NIGHTS), 0, None)
    gone = table["night_heard"][asked[:, None], days] < NIGHT_GONE
    by_day = table["coverage"][asked[:, None], days] > 0
    nights_gone = np.zeros(silent.shape, np.int64)
    nights_gone[asked] = (gone & by_day).sum(axis=1)
    return LastWords(then("last_v"), then("last_fall_v"), then("last_h"), nights_gone)


def reasons(table: IndicatorTable, day: int, silent: Flags, words: LastWords) -> Floats:
    """The reason code for each system, shape (systems,); ``silent`` says who is not heard now."""
    low = np.where(facts_of(table.systems).lead, *LOW_V)[:, 0].astype(np.float32)
    died = (words.volts < low) | (
        (words.fall_v > FALLING_V) & (words.volts < low + np.float32(NEARLY_LOW_V))
    )
    found = np.full(silent.shape, UNKNOWN, np.float32)
    found[died] = BATTERY
    found[words.nights_gone > HABIT_NIGHTS] = CUT_AT_NIGHT
    for gateway in np.unique(table.gateway_code[table.gateway_code >= 0]):
        mine = table.gateway_code == gateway
        if np.count_nonzero(mine) < FEWEST_MATES:
            continue
        if silent[mine].mean() >= GATEWAY_SILENT:
            found[mine] = GATEWAY
        else:
            found[mine & (found == UNKNOWN)] = CABLE
    found[_ahead(table, day)] = CLOCK
    return found


def _ahead(table: IndicatorTable, day: int) -> Flags:
    """Whether the last receipt bore a time that was still to come."""
    values = table.values.get("clock_ahead_h")
    if values is None:
        return np.zeros(len(table.systems), bool)
    known = np.isfinite(values[:, : day + 1])
    at = day - np.argmax(known[:, ::-1], axis=1)
    return known.any(axis=1) & (values[np.arange(at.size), at] >= AHEAD_H)
