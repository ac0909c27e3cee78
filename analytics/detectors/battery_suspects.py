"""Which packs could have broken at all: what each sign needs, asked of all systems at little cost.

A pack breaks once in years. Each sign needs three odd days of the last ten against what was usual,
and what was usual is never above the highest that was seen. Whoever passes here is looked at
closely, and nobody else can be found (a step in the nights' fall is a question of its own).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_emptied import went_out
from analytics.detectors.battery_nights import full_before, rated_ah
from analytics.detectors.battery_open import LEAST_AA, OPEN_OHM_AH
from analytics.detectors.history import unshared
from analytics.indicators.day_view import facts_of
from analytics.indicators.masked import count, day_by_day
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]

NIGHTS, LOOK_BACK = 3, 10
"""So many days or nights in a row, of those of the look-back that could show it [K]."""
USUAL_DAYS = 90
"""Days that say what was usual."""
TOP_FALL_V, TOP_V = (0.9, 2.0), 13.4
"""The day's highest voltage against the usual one (lead-acid, lithium), and where no charger holds
a battery."""
CELL_FALL_V = (1.4, 2.5)
"""One of six cells less is 2.0-2.1 V, one of four 3.3 V; a sound battery that was emptied rests
less far down: lead-acid at 10.5 V under load comes back above 11.5 V (OCV tables) [K]."""
HEARD = 0.8
"""Share of the night that is there when it can be judged [K]."""
PUSHED_V, FLAT_V = 0.4, 12.0
"""A strong panel drives five cells to 2.75 V each: short of the usual limit all the same, and the
pack stands below half charge before and after [K]."""
GONE_TOP_V = 13.8
"""Where no pack is connected the charger stands at its limit or above it from the morning on."""


@dataclass(frozen=True, slots=True)
class Odd:
    """What depends on the neighbours; arrays of shape (systems, days)."""

    out: Flags
    """Nights that began full and went out, all of them."""
    mute: Flags
    """Nights of the look-back in which this system alone was hardly heard."""
    dark: Flags
    """Nights of the look-back in which it alone showed no voltage, with the present battery."""

    def among(self, rows: NDArray[np.intp]) -> "Odd":
        """Of some systems alone."""
        return Odd(self.out[rows], self.mute[rows], self.dark[rows])


def odd_days(table: IndicatorTable, mine: Flags) -> Odd:
    """From a table that ends on the judged day; ``mine`` are the days of the present batteries."""
    day, code = len(table.days) - 1, table.village_code
    unseen = ~(table.window("night_seen", day, LOOK_BACK) > HEARD)
    volts = (table.window(name, day, LOOK_BACK) for name in ("dawn_v", "dusk_v"))
    dark = np.isnan(np.fmax(*volts)) & mine[:, -LOOK_BACK:]
    out = went_out(table, day, day + 1) & full_before(table, day, day + 1)
    return Odd(out, unshared(unseen, code), unshared(dark, code))


def suspects(table: IndicatorTable, odd: Odd) -> Flags:
    """Who could show one of the signs, shape (systems,)."""

    def often(flags: Flags) -> Flags:
        return count(flags[:, -LOOK_BACK:]) >= NIGHTS

    day, lead = len(table.days) - 1, facts_of(table.systems).lead
    top, dawn, least, ohms, aa = (
        table.window(name, day, LOOK_BACK)
        for name in ("battery_v_max", "dawn_v", "battery_v_min", "fine_va", "fine_aa")
    )
    high_top, high_dawn = (
        np.fmax.reduce(day_by_day(table.window(name, day, USUAL_DAYS)), axis=1)[:, None]
        for name in ("battery_v_max", "dawn_v")
    )
    fall = high_top - top
    found = often((fall > np.where(lead, *TOP_FALL_V).astype(np.float32)) & (top < TOP_V))
    found |= often(high_dawn - dawn > np.where(lead, *CELL_FALL_V).astype(np.float32))
    found |= often((fall > PUSHED_V) & (least < FLAT_V) & lead)
    found |= often(odd.dark & (top >= GONE_TOP_V)) | often(odd.out)
    return found | ((aa > LEAST_AA) & (ohms * rated_ah(table) > OPEN_OHM_AH * aa)).any(axis=1)
