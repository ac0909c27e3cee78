"""What people switch on: household habits, a facility's working day, and a lamp post's night.

Hours run from the UTC day's start, which is eight or nine in the morning there, to the same hour
of the next local day: one evening and one night belong to one simulated day.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from device_sim.arrays import Array
from device_sim.grid import STEP_H, STEPS_A_DAY, ticks_of
from device_sim.noise import Keys, normal, uniform

_GUEST_BLOCK_DAYS = 24
_GUEST_CHANCE = 0.4
_GUEST_SHARE = 1.7
_YEAR_DAYS = 365.25
_DUSK_V = np.float32(5.0)
"""Panel voltage below which a street light takes it to be night (12 V controllers' manuals)."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What each system's users do, arrays of shape (systems,); currents in A at 12 V.

    ``evening`` (3, systems) are lamps' on hour, bed hour and current; ``night_a`` a lamp left
    burning; ``morning`` (3, systems) on, off, current; ``midday`` (3, systems) on, length, current
    of charging and radio; ``restless`` the spread from day to day, ``growth`` a share a year.
    """

    evening: Array
    night_a: Array
    morning: Array
    midday: Array
    restless: Array
    growth: Array
    lamp_a: Array
    dim_after_h: Array
    dim_share: Array
    street: NDArray[np.bool_]
    facility: NDArray[np.bool_]


def hours_of_day(offset_h: Array) -> Array:
    """Local hour at the start of every step, counting on past 24; shape (systems, 96)."""
    return offset_h[:, None] + np.float32(STEP_H) * np.arange(STEPS_A_DAY, dtype=np.float32)


def household_load_a(keys: Keys, habits: Habits, hours: Array, day: int) -> Array:
    """Current that homes and facilities want [A at 12 V], shape (systems, 96)."""
    today = np.array([day], np.int64)
    late, early = (normal(keys, today, f"load/{w}")[:, 0] for w in ("bed", "dawn"))
    on, bed, lamps_a = habits.evening
    rise, leave, morning_a = habits.morning
    start, length, midday_a = habits.midday
    bed = bed + 0.5 * late
    rise = rise + 0.25 * early
    wanted = _between(hours, on, bed) * lamps_a[:, None]
    wanted += _between(hours, bed, 24.0 + rise) * habits.night_a[:, None]
    wanted += _between(hours, 24.0 + rise, 24.0 + leave) * morning_a[:, None]
    begin = start + 1.5 * uniform(keys, today, "load/midday")[:, 0]
    wanted += _between(hours, begin, begin + length) * midday_a[:, None]
    flicker = 1.0 + 0.18 * normal(keys, ticks_of(day), "load/step")
    return np.maximum(wanted * flicker, 0.0) * _day_factor(keys, habits, day)[:, None]


def street_load_a(habits: Habits, open_v: Array, hours: Array) -> tuple[Array, Array]:
    """Lamp current [A] and dimming level (0..1) of street lights by their own panel's voltage.

    A lamp post knows night only by its panel; from its dimming hour on it burns at its share.
    """
    night = open_v < _DUSK_V
    dimmed = hours >= habits.dim_after_h[:, None]
    level = np.where(night, np.where(dimmed, habits.dim_share[:, None], 1.0), 0.0)
    return (level * habits.lamp_a[:, None]).astype(np.float32), level.astype(np.float32)


def _between(hours: Array, start: Array, end: Array) -> Array:
    """Share of each step that lies between two hours, shape (systems, 96)."""
    covered = np.minimum(hours + STEP_H, end[:, None]) - np.maximum(hours, start[:, None])
    return np.clip(covered, 0.0, STEP_H) * np.float32(1.0 / STEP_H)


def _day_factor(keys: Keys, habits: Habits, day: int) -> Array:
    """The day's use against the usual: moods, guests who stay for some days, slow growth."""
    today = np.array([day], np.int64)
    mood = np.exp(habits.restless * normal(keys, today, "load/mood")[:, 0])
    block, within = divmod(day, _GUEST_BLOCK_DAYS)
    this = np.array([block], np.int64)
    chance, start = (uniform(keys, this, f"load/guest-{w}")[:, 0] for w in ("chance", "start"))
    stay = 2.0 + 3.0 * uniform(keys, this, "load/guest-stay")[:, 0]
    first = start * (_GUEST_BLOCK_DAYS - 5)
    guests = (chance < _GUEST_CHANCE) & (within >= first) & (within < first + stay)
    # A slow wave around each home's own mean, so that use neither grows nor falls for ever.
    years = (day / _YEAR_DAYS) % 4.0
    trend = 1.0 + habits.growth * np.float32(1.0 - abs(years - 2.0))
    return mood * np.where(guests, _GUEST_SHARE, 1.0) * trend
