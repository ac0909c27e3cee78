"""What a reading says in plain words: is there light, what does the battery do, how old is it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from analytics.detectors.detector import Text
from api.readings.service import Reading
from collector.domain.block import READING_INTERVAL_S

FLOWING_A = 0.05
"""Below this a current is nothing: a 1 W lamp at 12 V takes 0.08 A. [K], to be tuned."""
FRESH_INTERVALS, LATE_INTERVALS, OLD_INTERVALS = 3, 6, 12
"""Limits after emoncms#1208: missing 3, 6, 12 of its own intervals."""


class Age(StrEnum):
    """How far a reading can be trusted to tell of now."""

    FRESH = "fresh"
    LATE = "late"
    OLD = "old"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Light:
    """Whether there is light; ``on`` is None when nobody can tell."""

    on: bool | None
    words: Text


@dataclass(frozen=True, slots=True)
class Flow:
    """What a battery does, and how strongly [A]; 0 at rest. The words tell the direction."""

    words: Text
    current_a: float


_OFF_WORDS: Mapping[int, Text] = MappingProxyType(
    {
        0: Text("Dimatikan", "Switched off"),
        2: Text("Diputus: baterai lemah", "Cut off: battery low"),
        3: Text("Diputus: beban terlalu besar", "Cut off: overload"),
        4: Text("Diputus: gangguan beban", "Cut off: load fault"),
        5: Text("Padam menurut jadwal atau siang", "Off by timer or daylight"),
    }
)
_ON = Text("Menyala", "On")
_OFF = Text("Padam", "Off")
_READY = Text("Siap, tidak ada yang menyala", "Ready, nothing is on")
_UNKNOWN = Text("Tidak diukur", "Not measured")
_CHARGING = Text("mengisi", "charging")
_USING = Text("memakai", "in use")
_RESTING = Text("diam", "at rest")


def age_of(time_s: float, now_s: float, interval_s: float = READING_INTERVAL_S) -> Age:
    """By the number of the device's own intervals that have passed."""
    missed = (now_s - time_s) / interval_s
    if missed < FRESH_INTERVALS:
        return Age.FRESH
    if missed < LATE_INTERVALS:
        return Age.LATE
    return Age.OLD if missed < OLD_INTERVALS else Age.PAST


def light(reading: Reading) -> Light:
    """From the controller's load state where it tells one, else from the load current [A]."""
    current, state = reading["load_current_a"], reading["load_state"]
    if math.isfinite(state) and int(state) in _OFF_WORDS:
        return Light(on=False, words=_OFF_WORDS[int(state)])
    if math.isfinite(current):
        if current > FLOWING_A:
            return Light(on=True, words=_ON)
        return Light(on=False, words=_READY if state == 1 else _OFF)
    return Light(on=None, words=_UNKNOWN)


def battery_flow(current_a: float) -> Flow | None:
    """What a net battery current [A, + charging] means; None when it was not measured."""
    if not math.isfinite(current_a):
        return None
    if abs(current_a) <= FLOWING_A:
        return Flow(_RESTING, 0.0)
    return Flow(_CHARGING if current_a > 0 else _USING, abs(current_a))
