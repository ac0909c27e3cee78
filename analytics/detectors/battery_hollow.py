"""Packs that hold next to nothing from one week to the next: soon full, soon empty, hardly used.

Read at both ends of the day alone, which needs no rest at night and no step of the load: the
controller of a dead pack, or of one behind a broken strap, cuts the load at once and for good, so
that nights look calm. Who is away charges as little, but stands high; who uses more charges more;
a meter of amperes moves no volts, one of volts moves the charger's limit as well.
"""

import numpy as np
from numpy.typing import NDArray

from analytics.detectors.history import Floats, last_seen
from analytics.indicators.masked import count, or_zero, sums
from analytics.indicators.table import IndicatorTable

Flags = NDArray[np.bool_]

DAYS, LOOK_BACK = 3, 8
"""The newest days that ended full, of so many [K]."""
BEFORE_DAYS, ENOUGH_BEFORE = 21, 7
"""Those that lie before them say what was usual: wear takes longer than a month [K]."""
LEFT = 0.55
"""Of the usual charge until full, and of the usual use at night [K]."""
DIP_V, DIPS = 0.4, 2
"""Lowest voltage of a day below the usual one: a tenth of a sound battery's charge is 0.1 V, and
here less is drawn than usual (OCV tables). Somebody must try the light for it [K]."""
SOUND_V = 0.15
"""Nights that already fell so much deeper than the neighbours' are a worn battery's, which ends as
quickly: half of what 60 % left would show in a usual night [K]."""
TOP_V = 0.15
"""The charger still gets to its limit: otherwise the sun, the panel or a meter has to do with it
[K]."""


def hollow(table: IndicatorTable, mine: Flags, excess_v: Floats) -> Flags:
    """Whether the newest days of a table show it, shape (systems,).

    ``mine`` are the present battery's days, ``excess_v`` how far its nights fell below the
    neighbours' curve, NaN where that is not known; both (systems, days).
    """
    until = slice(-LOOK_BACK - BEFORE_DAYS, None)
    names = ("battery_v_max", "battery_v_min", "to_limit_ah", "used_ah")
    top, least, charge, used = (table[name][:, until] for name in names)
    told = mine[:, until] & np.isfinite(charge) & np.isfinite(least) & np.isfinite(used)
    before = told.copy()
    before[:, -LOOK_BACK:] = False
    now = last_seen(told[:, -LOOK_BACK:], DAYS)
    near = slice(-LOOK_BACK, None)
    less = (charge[:, near] < LEFT * _mean(charge, before)) & (
        used[:, near] < LEFT * _mean(used, before)
    )
    less &= top[:, near] > _mean(top, before) - TOP_V
    dips = least[:, near] < _mean(least, before) - DIP_V
    found = (count(less & now) == DAYS) & (count(dips & last_seen(told[:, near], DIPS + 2)) >= DIPS)
    excess = excess_v[:, until]
    sound = _mean(excess, before & np.isfinite(excess))[:, 0] < SOUND_V
    return found & sound & (count(before) >= ENOUGH_BEFORE)


def _mean(values: Floats, of: Flags) -> Floats:
    """Mean of some days, (systems, 1); zero without any."""
    mean = sums(or_zero(values, of)) / np.maximum(count(of), np.float32(1.0))
    return mean.astype(np.float32)[:, None]
