"""What people switch on: household habits, a facility's working day, and a lamp post's night.

Hours run from the UTC day's start, which is eight or nine in the morning there, to the same hour
of the next local day: one evening and one night belong to one simulated day.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from device_sim.archetypes import sample_days
from device_sim.arrays import Array
from device_sim.feasts import is_feast
from device_sim.grid import STEP_H, STEPS_A_DAY, ticks_of
from device_sim.noise import Keys, normal, step_normal, uniform

_GUEST_BLOCK_DAYS = 24
_GUEST_CHANCE = 0.4
_GUEST_SHARE = 1.7
_FEAST_HOMES = 0.8
_FEAST_SHARE = 1.5
_HEAVY_HOMES = 0.05
_HEAVY_SHARE = 1.5
"""One home in twenty takes all that it gets: cut off in a wet week, and nothing is broken [K]."""
_YEAR_DAYS = 365.25
_USE_ROUND_YEARS = 5.0
_USE_FALL = 0.33
"""Use falls by a third within two years in the field (Aitio and Howey 2021)."""
_USE_MEAN_LEVEL = 0.37
_ARCHETYPE_FROM_AH = np.array([2.3, 2.9, 4.2], np.float32)
"""Daily use [Ah] from which homes have a radio, a television, a fan [K]."""
_ONCE = np.zeros(1, np.int64)
_DUSK_V = np.float32(5.0)
"""Panel voltage below which a street light takes it to be night (12 V controllers' manuals)."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What each system's users do, arrays of shape (systems,); currents in A at 12 V.

    ``evening`` (3, systems) are lamps' on hour, bed hour and current; ``night_a`` a lamp left
    burning; ``morning`` (3, systems) on, off, current; ``midday`` (3, systems) on, length, current
    of charging and radio; ``restless`` the spread from day to day; ``growth`` is how much less than
    others' a home's use falls over the years. Homes take from these hours and currents how much
    they use and how late; when each lamp burns is their sample day's affair.
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


def household_load_a(keys: Keys, habits: Habits, offset_h: Array, day: int) -> Array:
    """Current that homes and facilities want [A at 12 V], by step: shape (96, systems).

    ``offset_h`` is how far each system's local time is ahead of UTC [h].
    """
    factor = day_factor(keys, habits, day)
    wanted = step_normal(keys, ticks_of(day), "load/step")
    wanted *= np.float32(0.08)  # it flickers, and stays above nought
    wanted += np.float32(1.0)
    shares, first, size_a = _home_day(keys, habits, offset_h, day)
    size_a *= factor
    for step in range(STEPS_A_DAY):
        wanted[step] *= shares.take(first + step)
    wanted *= size_a
    works = np.flatnonzero(habits.facility)
    if works.size:
        hours = hours_of_day(offset_h[works])
        working = _working_day_a(keys[works], of_rows(habits, works), hours, day)
        flicker = step_normal(keys[works], ticks_of(day), "load/step") * np.float32(0.08) + 1.0
        wanted[:, works] = working.T * flicker * factor[works]
    return wanted


def usual_ah(habits: Habits) -> Array:
    """What homes use on a usual day [Ah at 12 V], shape (systems,)."""
    on, bed, lamps_a = habits.evening
    rise, leave, morning_a = habits.morning
    _, length, midday_a = habits.midday
    night = lamps_a * (bed - on) + habits.night_a * (24.0 + rise - bed)
    return night + morning_a * (leave - rise) + midday_a * length


def of_rows(habits: Habits, rows: NDArray[np.int64]) -> Habits:
    """The habits of some systems alone."""
    return Habits(*(getattr(habits, part.name)[..., rows] for part in fields(habits)))


def _home_day(
    keys: Keys, habits: Habits, offset_h: Array, day: int
) -> tuple[Array, NDArray[np.int64], Array]:
    """One of the sample days of a home's archetype, at its own hours and of its own size.

    All sample days in one row, each twice over; where in it a home's UTC day begins; and the
    current that a share of one stands for [A at 12 V].
    """
    days = sample_days()
    usual = usual_ah(habits)
    bigger = usual * (0.7 + 0.6 * uniform(keys, _ONCE, "load/television")[:, 0])
    kind = np.searchsorted(_ARCHETYPE_FROM_AH, bigger)
    today = uniform(keys, np.array([day], np.int64), "load/sample")[:, 0]
    # Half of what sets an evening apart is its start, half its end.
    later_h = 0.5 * (habits.evening[0] - 18.1) + 0.5 * (habits.evening[1] - 21.6)
    clock = np.rint(offset_h / STEP_H).astype(np.int64) - np.rint(later_h / STEP_H).astype(np.int64)
    chosen = kind * days.shape[1] + (today * days.shape[1]).astype(np.int64)
    twice = np.concatenate([days, days], axis=2).ravel()
    return twice, chosen * (2 * STEPS_A_DAY) + clock % STEPS_A_DAY, usual / np.float32(24.0)


def _working_day_a(keys: Keys, habits: Habits, hours: Array, day: int) -> Array:
    """A facility's hours: its work by day, some lamps in the evening and morning."""
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
    return wanted + _between(hours, begin, begin + length) * midday_a[:, None]


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


def day_factor(keys: Keys, habits: Habits, day: int) -> Array:
    """The day's use against the usual, shape (systems,): moods, guests, feasts, the years."""
    today = np.array([day], np.int64)
    mood = np.exp(habits.restless * normal(keys, today, "load/mood")[:, 0])
    block, within = divmod(day, _GUEST_BLOCK_DAYS)
    this = np.array([block], np.int64)
    chance, start = (uniform(keys, this, f"load/guest-{w}")[:, 0] for w in ("chance", "start"))
    stay = 2.0 + 3.0 * uniform(keys, this, "load/guest-stay")[:, 0]
    first = start * (_GUEST_BLOCK_DAYS - 5)
    guests = (chance < _GUEST_CHANCE) & (within >= first) & (within < first + stay)
    at_home = uniform(keys, today, "load/feast")[:, 0] < _FEAST_HOMES
    feast = np.where(is_feast(day) & at_home & ~habits.facility, _FEAST_SHARE, 1.0)
    heavy = uniform(keys, _ONCE, "load/heavy")[:, 0] < _HEAVY_HOMES
    usual = np.where(heavy & ~habits.facility, _HEAVY_SHARE, 1.0) * use_over_years(
        keys, habits, day
    )
    return mood * np.where(guests, _GUEST_SHARE, feast) * usual


def use_over_years(keys: Keys, habits: Habits, day: int) -> Array:
    """How use rises with a new appliance and falls by a third in the two years after it.

    Every home is somewhere on this round of five years, whose mean is one.
    """
    start = _USE_ROUND_YEARS * uniform(keys, _ONCE, "load/years")[:, 0]
    years = (np.float32(day / _YEAR_DAYS) + start) % np.float32(_USE_ROUND_YEARS)
    fall = np.clip(_USE_FALL - habits.growth, 0.1, 0.5)
    level = np.interp(years, (0.0, 1.0, 3.0, 4.0, 5.0), (0.35, 1.0, 0.0, 0.0, 0.35))
    return (1.0 + fall * (level - _USE_MEAN_LEVEL) / (1.0 - fall * (1.0 - _USE_MEAN_LEVEL))).astype(
        np.float32
    )
