"""A cell that opened, a strap or a lug that broke: the pack rests well and falls under any load."""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.battery_nights import rated_ah
from analytics.detectors.history import Floats, high_level, lasts
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]

NIGHTS, LOOK_BACK = 3, 10
"""So many nights in a row, of the last ten that could show it [K]."""
ENOUGH_BEFORE, BEFORE_DAYS = 10, 90
LEAST_AA = 0.003
"""Sum of squared steps of a night, A2: one of 0.05 A, the finest a meter tells [K]."""
OPEN_OHM_AH = 30.0
"""Resistance x rated capacity: a sound pack with its wiring has 2-6, a worn one three times as
much, an open strap many times that (0.08 A pulls 17 Ah down by 0.7 V) [K]."""
RISE = 4.0
"""Against the same battery before: its meter's scale was then in it too [K]."""
FALLEN_V = 0.2
"""Under its load the battery stands so much lower than it used to: no meter of amperes, reading too
little, does that."""
LESS_USED = 0.7
"""The light fails in the evening; whoever uses more has another reason for a low battery [K]."""


def open_cell(table: IndicatorTable, day: int, mine: Flags) -> tuple[Flags, Flags]:
    """Whether the newest nights of the present battery (``mine``) fall by volts under any load.

    All of the newest ones, and any of the last ten: a loose lug comes and goes.
    """
    until = slice(0, day + 1)
    aa = table["fine_aa"][:, until]
    told = mine & (aa > LEAST_AA)
    ohm = table["fine_va"][:, until] / np.where(told, aa, np.float32(np.nan))
    ohm_ah = (ohm * rated_ah(table)).astype(np.float32)
    usual = high_level(ohm_ah[:, -BEFORE_DAYS:], 0.25, ENOUGH_BEFORE)
    loaded, usual_loaded = _own(table["last_load_v"][:, until], mine)
    used, usual_used = _own(table["used_ah"][:, until], mine)
    falls = (ohm_ah > OPEN_OHM_AH) & (ohm_ah > RISE * usual)
    falls &= loaded < usual_loaded - FALLEN_V
    falls &= used < LESS_USED * usual_used
    near = slice(-LOOK_BACK, None)
    newest = lasts(falls[:, near], told[:, near], NIGHTS)
    return newest, np.asarray(falls[:, near].any(axis=1))


def _own(values: Floats, mine: Flags) -> tuple[Floats, Floats]:
    own = np.where(mine, values, np.float32(np.nan))
    return own, high_level(own[:, -BEFORE_DAYS:], 0.5, ENOUGH_BEFORE)
