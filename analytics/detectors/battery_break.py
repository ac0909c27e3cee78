"""Packs that break from one day to the next: a dead cell, a broken strap, no pack at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_capacity import usable_capacity
from analytics.detectors.battery_hollow import hollow
from analytics.detectors.battery_memory import RECENT_DAYS
from analytics.detectors.battery_nights import is_lfp, rated_ah
from analytics.detectors.battery_open import open_cell
from analytics.detectors.battery_step import SOUND_EXCESS_V, STEP_DAYS, fell_at_once
from analytics.detectors.battery_suspects import (
    CELL_FALL_V,
    FLAT_V,
    GONE_TOP_V,
    HEARD,
    LOOK_BACK,
    NIGHTS,
    PUSHED_V,
    TOP_FALL_V,
    TOP_V,
    USUAL_DAYS,
    Odd,
    odd_days,
    suspects,
)
from analytics.detectors.history import Floats, high_level, last_seen
from analytics.detectors.newest import kept_for_the_night
from analytics.indicators.masked import or_missing
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]

ENOUGH_BEFORE = 10
"""Days that say what was usual."""
CHARGED = 0.3
"""Share of the usual charge of a day: below, a low voltage is the sun's fault or the panel's."""
STORED, STORED_UNSEEN = 0.6, 1.1
"""Charge taken in less charge used, as a share of the rated capacity, while the voltage stays low:
a sound battery would be well up, or (where no voltage at dawn is there to show it) full (B10)."""
EMPTY_SHARE = 0.45
LESS = 1.35
"""Nights before gave so many times what the empty ones do now; slow wear begins at one [K]."""
BEFORE_NIGHTS = 20
METER_V, METER_DAYS = 0.1, 4
"""A meter's slip moves the charger's limit as well; the highest of so many days says where it is
[K]."""
PUSHED_CHARGE = 1.3
"""Against the usual charge of a day: more than ever [K]."""
MUTE, AT_ONCE_SHARE, GONE_MUTE_SHARE = 0.15, 0.06, 0.4
"""Silent all night, full by day after 6 % of the capacity: by then nothing is stored either, but a
load by day still draws [K]."""
GONE_SHARE = 0.15
"""Of the usual charge of a day: a pack that is not connected takes none (B11) [K]."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Which systems' packs broke, by what is seen of it; arrays of shape (systems,)."""

    cell: Flags
    """The voltage fell by a cell for good, by day and by night, although charge flows."""
    collapse: Flags
    """Every night runs empty on much less than nights gave just before."""
    gone: Flags
    """Nothing in the dark, and by day the charger's limit without any charge."""
    step: Flags
    """Nights fall much deeper from one to the next, at the same use."""
    open: Flags
    """It falls by volts under the least load."""
    loose: Flags
    """It did so on one of the last ten nights at least."""
    pushed: Flags
    """It takes more than ever and never gets as high: the cells left are driven past full."""
    hollow: Flags
    """It is full after next to nothing, and low although next to nothing is used."""
    top_v: Floats
    usual_top_v: Floats

    @property
    def any(self) -> Flags:
        """Broken in one way or another."""
        few = self.cell | self.collapse | self.gone | self.step | self.open | self.pushed
        return few | self.hollow


@dataclass(frozen=True, slots=True)
class _Days:
    """The present battery's recent days, (systems, days), and what was usual, (systems, 1)."""

    mine: Flags
    top: Floats
    usual_top: Floats
    charge: Floats
    usual_charge: Floats
    stored: Floats
    """Charge taken in less charge used, of whichever battery."""
    used: Floats
    """Share of the rated capacity."""


@kept_for_the_night
def broken(whole: IndicatorTable, last: int) -> Broken:
    """What the days up to and including column ``last`` show of the present battery.

    ``usual_top_v`` is worked out, and the signs are looked for, only where they could be: a pack
    breaks once in years.
    """
    capacity = usable_capacity(whole, last)
    table = whole.until(last, RECENT_DAYS)
    day = len(table.days) - 1
    mine = np.arange(last - day, last + 1) >= capacity.since[:, None]
    odd = odd_days(table, mine)
    excess = or_missing(capacity.excess_v, mine)
    step = fell_at_once(
        excess[:, -STEP_DAYS:], table.window("used_ah", day, STEP_DAYS) / rated_ah(table)
    )
    rows = np.flatnonzero(step | suspects(table, odd))
    few = _signs(table.among(rows), mine[rows], odd.among(rows), capacity.excess_v[rows])
    few["step"] &= step[rows]
    found = {name: _spread(values, rows, mine.shape[0]) for name, values in few.items()}
    top_v = or_missing(table["battery_v_max"][:, -1:], mine[:, -1:])[:, 0]
    return Broken(**found, hollow=hollow(table, mine, capacity.excess_v), top_v=top_v)


def _spread(values: NDArray, rows: NDArray[np.intp], systems: int) -> NDArray:
    """Values of some systems among all: False or NaN for the others."""
    found = np.full(systems, False if values.dtype == bool else np.nan, values.dtype)
    found[rows] = values
    return found


def _signs(table: IndicatorTable, mine: Flags, odd: Odd, excess_v: Floats) -> dict[str, NDArray]:
    """Every sign of some systems; a step only as far as the charger's limit allows it."""
    day = len(table.days) - 1
    days = _days(table, mine)
    strap, loose = open_cell(table, day, mine)
    # The charger's limit is where it was: not the meter fell, but the battery.
    held = np.fmax.reduce(days.top[:, -METER_DAYS:], axis=1, initial=-np.inf)
    return {
        "cell": _cell(table, days, odd),
        "collapse": _collapse(table, days, odd, excess_v),
        "gone": _gone(table, days, odd) & _sound(excess_v),
        "step": held > days.usual_top[:, 0] - METER_V,
        "open": strap,
        "loose": loose,
        "pushed": _pushed(table, days),
        "usual_top_v": days.usual_top[:, 0],
    }


def _days(table: IndicatorTable, mine: Flags) -> _Days:
    """What several signs look at, from a table that ends on the judged day."""
    stored = table["sun_net_ah"] - np.nan_to_num(table["used_ah"])
    return _Days(
        mine,
        *_usual(table["battery_v_max"], mine),
        *_usual(table["in_ah"], mine),
        stored,
        table["used_ah"] / rated_ah(table),
    )


def _usual(values: Floats, mine: Flags) -> tuple[Floats, Floats]:
    """The present battery's days, and what was usual for it: the middle of its better half."""
    own = np.where(mine, values, np.float32(np.nan))
    return own, high_level(own[:, -USUAL_DAYS:], 0.7, ENOUGH_BEFORE)


def _cell(table: IndicatorTable, days: _Days, odd: Odd) -> Flags:
    """The voltage stays a cell too low although charge goes in and hardly any comes out."""
    lithium = is_lfp(table)[:, None]
    dawn, usual_dawn = _usual(table["dawn_v"], days.mine)
    near = slice(-LOOK_BACK, None)
    top, dawn, charge, stored = (v[:, near] for v in (days.top, dawn, days.charge, days.stored))
    # Mute alone is cut off and uses nothing; mute with the village may use what it likes.
    unseen = ~(table["night_seen"][:, near] > HEARD)
    stored = np.where(unseen & ~odd.mute, np.float32(0.0), stored)
    low = (top < days.usual_top - np.where(lithium, TOP_FALL_V[1], TOP_FALL_V[0])) & (top < TOP_V)
    told = np.isfinite(top) & (charge > CHARGED * days.usual_charge)
    last = last_seen(told, NIGHTS)
    deep = dawn < usual_dawn - np.where(lithium, CELL_FALL_V[1], CELL_FALL_V[0])
    rated = rated_ah(table)[:, 0]
    balance = _stored_since(told & ~low, stored, told) / rated
    down = (deep & last).sum(axis=1) >= NIGHTS
    held = (low & last).sum(axis=1) >= NIGHTS
    found = held & ((down & (balance > STORED)) | (balance > STORED_UNSEEN))
    # Under a strong panel the sound cells of a small battery are pushed up by day all the same.
    at_dawn = _stored_since(np.isfinite(dawn) & ~deep, stored, told) / rated
    return found | (down & (at_dawn > STORED_UNSEEN))


def _pushed(table: IndicatorTable, days: _Days) -> Flags:
    """A lead-acid pack of five cells under a strong panel: high by day, low as soon as it rests."""
    near = slice(-LOOK_BACK, None)
    top, charge, stored, least = (
        v[:, near] for v in (days.top, days.charge, days.stored, table["battery_v_min"])
    )
    told = np.isfinite(top) & np.isfinite(charge)
    low = told & (top < days.usual_top - PUSHED_V) & (least < FLAT_V)
    last = last_seen(told, NIGHTS)
    more = _mean(charge, low & last) > PUSHED_CHARGE * days.usual_charge[:, 0]
    balance = _stored_since(told & ~low, stored, told) / rated_ah(table)[:, 0]
    found = ((low & last).sum(axis=1) >= NIGHTS) & more & (balance > STORED_UNSEEN)
    return found & ~is_lfp(table)


def _stored_since(sound: Flags, stored: Floats, told: Flags) -> Floats:
    """Charge stored on the days after the last sound one, shape (systems,) [Ah]."""
    since = np.cumsum(sound[:, ::-1], axis=1)[:, ::-1] == 0
    return np.where(since & told, stored, np.float32(0.0)).sum(axis=1)


def _gone(table: IndicatorTable, days: _Days, odd: Odd) -> Flags:
    """Two kinds of evidence: dark nights without a voltage, and days that store nothing."""
    mine, top, charge, usual_charge = days.mine, days.top, days.charge, days.usual_charge
    volts = np.fmax(table["dawn_v"], table["dusk_v"])
    seen_before = high_level(np.where(mine, volts, np.nan), 0.5, ENOUGH_BEFORE)
    none = charge < GONE_SHARE * usual_charge
    at_once = table["to_limit_ah"] < AT_ONCE_SHARE * rated_ah(table)
    mute = (table["night_seen"] < MUTE) & at_once
    none |= mute & (charge < GONE_MUTE_SHARE * usual_charge)
    none &= top >= GONE_TOP_V
    told = np.isfinite(top) & np.isfinite(charge) & mine
    last = last_seen(told[:, -LOOK_BACK:], NIGHTS)
    found = (none[:, -LOOK_BACK:] & odd.dark & last).sum(axis=1) >= NIGHTS
    return found & np.isfinite(seen_before[:, 0])


def _collapse(table: IndicatorTable, days: _Days, odd: Odd, excess_v: Floats) -> Flags:
    mine, used, seen, empty = days.mine, days.used, table["night_seen"], odd.out
    told = mine & (empty | (seen > HEARD))
    recent = last_seen(told[:, -LOOK_BACK:], NIGHTS)
    now = empty[:, -LOOK_BACK:] & recent & (used[:, -LOOK_BACK:] < EMPTY_SHARE)
    all_empty = now.sum(axis=1) >= NIGHTS
    taken = np.where(now, used[:, -LOOK_BACK:], 0.0).sum(axis=1) / np.maximum(now.sum(axis=1), 1)
    last = max(0, empty.shape[1] - LOOK_BACK)
    before = slice(max(0, last - BEFORE_NIGHTS), last)
    given = np.where(told[:, before] & ~empty[:, before], used[:, before], np.nan)
    usual = high_level(given, 0.5, NIGHTS + 2)[:, 0]
    seldom = (empty & mine)[:, before].sum(axis=1) <= 1
    sound = _sound(np.where(empty, np.nan, excess_v))
    return all_empty & seldom & sound & (usual > LESS * taken)


def _sound(excess_v: Floats) -> Flags:
    """Whether the last nights that can be judged fell as the neighbours' do."""
    last = last_seen(np.isfinite(excess_v), 2 * NIGHTS)
    many = last.sum(axis=1)
    deeper = np.where(last, excess_v, 0.0).sum(axis=1) / np.maximum(many, 1)
    return (deeper < SOUND_EXCESS_V) & (many > NIGHTS)


def _mean(values: Floats, of: Flags) -> Floats:
    total = np.where(of, values, np.float32(0.0)).sum(axis=1)
    return total / np.maximum(np.count_nonzero(of, axis=1), 1).astype(np.float32)
