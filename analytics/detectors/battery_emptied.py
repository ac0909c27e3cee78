"""Nights that ran from full to the bottom: what they took is what the battery holds (B8, B11)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_nights import full_before, is_lfp, rated_ah
from analytics.detectors.battery_steps import assumed_ohm
from analytics.detectors.history import unshared
from analytics.indicators.day_view import Floats, facts_of
from analytics.indicators.masked import count, or_zero, sums
from analytics.indicators.table import IndicatorTable

POOL_NIGHTS = 28
LOW_V = (11.8, 12.8)
"""The load went off here (lead-acid, lithium), less what it drew through the resistance: nearly
empty (OCV tables) [K]. A strong load pulls a small battery below its cut-off long before."""
NEARLY_V = 0.1
"""The last reading before silence is some minutes old [K]."""
OUT_H = 1.0
"""Dark for so long before sunrise; households rise early and put out the light themselves [K]."""
BACK_H = 1.5
"""A pack whose protection opened is heard again with the first sun; a bad link is not [K]."""
WITH_LIGHT_H = 0.5
HEARD_UNTIL, NIGHT_H = 0.93, 12.0
"""Share of a night in the tropics that was heard or mute at its end: over a bad link, which loses
some all night long, the last hour is missing now and then [K]."""
SHALLOW = 0.02


@dataclass(frozen=True, slots=True)
class Emptied:
    """Of the last 28 nights that began full, those that ran empty; arrays of shape (systems,)."""

    nights: Floats
    share: Floats
    """Mean share of the rated capacity they took; NaN without any."""


def emptied(table: IndicatorTable, day: int, since: NDArray[np.intp]) -> Emptied:
    """Count them and what they took, after ``since`` (the present battery's first column)."""
    out = ran_empty(table, day, POOL_NIGHTS) & full_before(table, day, POOL_NIGHTS)
    out &= np.arange(day + 1 - out.shape[1], day + 1) >= since[:, None]
    used = table.window("used_ah", day, POOL_NIGHTS) / rated_ah(table)
    out &= used > SHALLOW
    many = count(out)
    mean = sums(or_zero(used, out)) / np.maximum(many, 1)
    return Emptied(many, np.where(many > 0, mean, np.nan).astype(np.float32))


def ran_empty(table: IndicatorTable, day: int, length: int) -> NDArray[np.bool_]:
    """Whether the light of each of the last nights went out for want of charge."""
    rested, low, lithium = _rested_v(table, day, length), _low_v(table), is_lfp(table)[:, None]
    # A strong load pulls a small lead-acid battery to the cut-off far from empty: the controller,
    # and what it powers, is off until the sun, but the battery rests high.
    weak = lithium | (rested < low + np.float32(NEARLY_V))
    return _sank(table, day, rested) | (_collapsed(table, day, length) & weak)


def went_out(table: IndicatorTable, day: int, length: int) -> NDArray[np.bool_]:
    """Whether it went out at all: empty, or silent from one reading to the next until the sun."""
    return _sank(table, day, _rested_v(table, day, length)) | _collapsed(table, day, length)


def _low_v(table: IndicatorTable) -> Floats:
    return np.where(facts_of(table.systems).lead, *LOW_V).astype(np.float32)


def _sank(table: IndicatorTable, day: int, rested: Floats) -> NDArray[np.bool_]:
    """Nights on which the load went off at a low voltage, long before the sun."""
    return (rested < _low_v(table)) & (table.window("dark_h", day, rested.shape[1]) >= OUT_H)


def _rested_v(table: IndicatorTable, day: int, length: int) -> Floats:
    """Voltage when the light was last on, without what it drew, (systems, days)."""
    pulled = table.window("last_load_a", day, length) * assumed_ohm(table, day)[:, None]
    return np.asarray(table.window("last_load_v", day, length) + pulled, np.float32)


def _collapsed(table: IndicatorTable, day: int, length: int) -> NDArray[np.bool_]:
    """Nights on which a lit system fell silent until the first sun, alone in its village."""
    names = ("dark_h", "mute_h", "back_h", "night_seen")
    dark, mute, back, seen = (table.window(name, day, length) for name in names)
    mutes = mute >= OUT_H
    gone = mutes & (dark - mute <= WITH_LIGHT_H) & (back <= BACK_H)
    gone &= seen + mute * np.float32(1.0 / NIGHT_H) >= HEARD_UNTIL
    return gone & unshared(mutes, table.village_code) if gone.any() else gone
