"""The sunlit samples of a panel: its current, and where it gives nothing in bright light."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.masked import or_zero
from analytics.quality.offset import NIGHT_V

SUNLIT_H = 5
"""Whole hours before and after solar noon that count: outside, horizon and angle rule [K]."""
NOTHING = 0.02
"""Share of the rated current below which a panel gives nothing; the rest is a sensor's offset
[K]."""
BRIGHT = 0.1
"""Mean share of the village in which every panel gives something [K]."""
COMMON = 0.3
"""What a third of the neighbours do at once is the sky's or the network's [K]."""


def sunlit(view: DayView) -> slice:
    """Samples of the day from 5 h before to 5 h after solar noon, whole hours from the first on."""
    an_hour = max(1, round(1.0 / view.step_h))
    first = round((view.sun.noon_h - SUNLIT_H) / view.step_h)
    first = max(0, min(first, view.samples - 2 * SUNLIT_H * an_hour - 1))
    return slice(first, first + 2 * SUNLIT_H * an_hour)


def sunlit_volts(view: DayView) -> Floats:
    """Panel voltage as of a 12 V system, shape (systems, days, sunlit samples)."""

    def volts() -> Floats:
        shown: Floats = view.by_day(view.block["pv_voltage_v"])[:, :, sunlit(view)]
        return shown / view.facts.volt_scale[:, :, None]

    return view.once("sunlit panel volts", volts)


def panel_current(view: DayView) -> Floats:
    """Panel current [A], shape (systems, days, samples).

    A controller that does not show it is seen by what flows on the other side: into the battery
    and the load. Then a tracker's current is a little higher, by the same share day after day.
    """
    return view.once("panel current", lambda: view.by_day(_shown_or_used(view)))


def _shown_or_used(view: DayView) -> Floats:
    current = view.block["pv_current_a"]
    blind = np.isnan(current).all(axis=1)
    if blind.any():
        other = view.block["battery_current_a"][blind] + view.block["load_current_a"][blind]
        current = current.copy("K")
        current[blind] = np.maximum(other, 0.0)
    return current


def open_circuit(view: DayView, share: Floats, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Samples in bright light in which this panel alone gives nothing, shape as ``share``.

    No current while nothing holds it back and the neighbours charge, or no voltage by day.
    """
    volts = view.by_day(view.block["pv_voltage_v"])[:, :, sunlit(view)]
    there = np.isfinite(share)
    light = or_zero(share, there).sum(axis=0)
    bright = light > BRIGHT * np.maximum(there.sum(axis=0), 1)
    nothing = share < NOTHING
    gone = nothing & ((bright & ~held) | (volts < NIGHT_V * view.facts.volt_scale[:, :, None]))
    if gone.shape[0] > 2:
        gone &= gone.mean(axis=0) < COMMON
    return gone
