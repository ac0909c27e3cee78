"""Panel current as a share of its rating, and where it tells what the sun would give."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import DayView, Floats

BULK_BELOW_V = 13.5
"""Below this no charger holds the panel back: float is 13.8 V less 18 mV/degC (Renogy) [K]."""
HELD_BACK_V = 14.0
"""Here a charger may begin to hold the panel back: boost is 14.2 V or more, less 18 mV/degC."""
NEAR_TOP_V = 0.15
"""So far below its own highest voltage of the day a battery is not being held there yet [K]."""
SURELY_FREE_V = 12.8
"""Below this even a charger that floats gives what it has [K]."""
RISING_V = 0.03
"""A battery that gains as much in a quarter hour is not held at a voltage [K]."""
SUNLIT_H = 5
"""Whole hours before and after solar noon that count: outside, horizon and angle rule [K]."""
NOTHING = 0.02
"""Share of the rated current below which a panel gives nothing; the rest is a sensor's offset
[K]."""
BRIGHT = 0.1
"""Mean share of the village in which every panel gives something [K]."""
NIGHT_V = 5.0
"""Controllers call it night below 5 V of panel voltage (EPSolar, Renogy manuals)."""
COMMON = 0.3
"""What a third of the neighbours do at once is the sky's or the network's [K]."""


def sunlit(view: DayView) -> slice:
    """Samples of the day from 5 h before to 5 h after solar noon, whole hours from the first on."""
    an_hour = max(1, round(1.0 / view.step_h))
    first = round((view.sun.noon_h - SUNLIT_H) / view.step_h)
    first = int(np.clip(first, 0, view.samples - 2 * SUNLIT_H * an_hour - 1))
    return slice(first, first + 2 * SUNLIT_H * an_hour)


def panel_current(view: DayView) -> Floats:
    """Panel current [A], shape (systems, days, samples).

    A controller that does not show it is seen by what flows on the other side: into the battery
    and the load. Then a tracker's current is a little higher, by the same share day after day.
    """
    current = view.block["pv_current_a"]
    blind = np.isnan(current).all(axis=1)
    if blind.any():
        other = view.block["battery_current_a"][blind] + view.block["load_current_a"][blind]
        current = current.copy()
        current[blind] = np.maximum(other, 0.0)
    return view.by_day(current)


def held_back(view: DayView) -> NDArray[np.bool_]:
    """Where the charger may hold the panel back, shape (systems, days, sunlit samples).

    Free is a battery on its way up that has not come near this day's top yet, whatever voltage its
    charger holds; above 13.5 V it must be seen to rise. Free is also a battery that has sunk below
    what any charger holds. Held where its voltage is missing.
    """
    part = sunlit(view)
    volts = view.by_day(view.block["battery_voltage_v"])[:, :, : part.stop + 1]
    volts = volts / view.facts.volt_scale[:, :, None]
    # A single high sample is noise: the top is what two in a row reach.
    pairs = np.fmin(volts[:, :, 1:], volts[:, :, :-1])
    top = np.fmax.reduce(pairs, axis=-1)
    top = np.clip(top - NEAR_TOP_V, BULK_BELOW_V, HELD_BACK_V)[:, :, None]
    before = np.logical_or.accumulate(volts[:, :, : part.stop] >= top, axis=-1)[:, :, part]
    now, next_ = volts[:, :, part], volts[:, :, part.start + 1 : part.stop + 1]
    rising = ((now < BULK_BELOW_V) | (next_ > now + RISING_V)) & ~before
    return ~(rising | (now < SURELY_FREE_V))


def open_circuit(view: DayView, share: Floats, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Samples in bright light in which this panel alone gives nothing, shape as ``share``.

    No current while nothing holds it back and the neighbours charge, or no voltage by day.
    """
    volts = view.by_day(view.block["pv_voltage_v"])[:, :, sunlit(view)]
    there = np.isfinite(share)
    light = np.where(there, share, np.float32(0.0)).sum(axis=0)
    bright = light > BRIGHT * np.maximum(there.sum(axis=0), 1)
    nothing = share < NOTHING
    gone = nothing & ((bright & ~held) | (volts < NIGHT_V * view.facts.volt_scale[:, :, None]))
    if gone.shape[0] > 2:
        gone &= gone.mean(axis=0) < COMMON
    return gone
