"""Where a charger may hold its panel back, and what a free panel gives of its rating."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import PANEL_OPERATING_V, DayView, Floats
from analytics.indicators.masked import before_first, either
from analytics.indicators.panel_share import panel_current, sunlit, sunlit_volts
from analytics.quality.offset import NIGHT_V

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
LET_GO_V = 0.6
"""A panel pinned to its battery stands above it by what cable and switch take, 0.2-0.5 V; further
above, its mean voltage says that the switch is open for a part of the time [K]."""
PINNED_SAMPLES = 3
"""Samples of a day in which it charges so near its battery: a tracker's panel never does [K]."""
CHARGING = 0.03
"""Share of the rated current above which it charges; the rest is a sensor's offset [K]."""


def held_back(view: DayView) -> NDArray[np.bool_]:
    """Where the charger may hold the panel back, shape (systems, days, sunlit samples).

    Free is a battery on its way up that has not come near this day's top yet, whatever voltage its
    charger holds; above 13.5 V it must be seen to rise, or the panel to be pinned to it. Free is
    also a battery that has sunk below what any charger holds. Held where its voltage is missing.
    """
    part = sunlit(view)
    volts = view.by_day(view.block["battery_voltage_v"])[:, :, : part.stop + 1]
    volts = volts / view.facts.volt_scale[:, :, None]
    # A single high sample is noise: the top is what two in a row reach.
    pairs = np.fmin(volts[:, :, 1:], volts[:, :, :-1])
    top = np.fmax.reduce(pairs, axis=-1)
    top = np.clip(top - NEAR_TOP_V, BULK_BELOW_V, HELD_BACK_V)[:, :, None]
    before = _since_first(volts[:, :, : part.stop] >= top)[:, :, part]
    now, next_ = volts[:, :, part], volts[:, :, part.start + 1 : part.stop + 1]
    rising = (now < BULK_BELOW_V) | (next_ > now + RISING_V)
    # Once let go for a part of the time it stays so; judged sample by sample, only those under a
    # cloud of its own would count as free.
    let_go = _since_first(above_battery(view)[:, :, part] > LET_GO_V)
    pinned = pinned_to_battery(view)
    rising = ((pinned & ~let_go) | (~pinned & rising)) & ~before
    return ~(rising | (now < SURELY_FREE_V))


def _since_first(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The first flagged sample of each day and all after it, shape as ``flags``."""
    first = before_first(flags).astype(np.int16)
    return np.arange(flags.shape[-1], dtype=np.int16) >= first[:, :, None]


def above_battery(view: DayView) -> Floats:
    """By how much the panel stands above its battery [V of a 12 V system].

    Shape (systems, days, samples); NaN where one of them is not shown.
    """

    def above() -> Floats:
        volts = view.block["pv_voltage_v"] - view.block["battery_voltage_v"]
        return view.by_day(volts / view.facts.volt_scale)

    return view.once("panel above battery", above)


def pinned_to_battery(view: DayView) -> NDArray[np.bool_]:
    """Whether a PWM controller charges, shape (systems, days, 1): a switch, and no tracker."""
    return view.once("panel pinned", lambda: _pinned(view))


def _pinned(view: DayView) -> NDArray[np.bool_]:
    part = sunlit(view)
    charging = panel_current(view)[:, :, part] > CHARGING * view.facts.panel_a[:, :, None]
    near = charging & (np.abs(above_battery(view)[:, :, part]) < LET_GO_V)
    return np.count_nonzero(near, axis=-1, keepdims=True) >= PINNED_SAMPLES


def share_of_rated(view: DayView) -> Floats:
    """What the panel gives, of what it is rated; shape (systems, days, sunlit samples).

    By current behind a PWM controller, where the battery decides the voltage. By power behind a
    tracker: its panel may have 36, 60 or 72 cells.
    """
    part = sunlit(view)
    share = panel_current(view)[:, :, part] / view.facts.panel_a[:, :, None]
    volts = sunlit_volts(view)
    shown = ~np.isnan(view.by_day(view.block["pv_current_a"])).all(axis=(1, 2), keepdims=True)
    tracked = shown & (volts > NIGHT_V) & ~pinned_to_battery(view)
    power = share * volts / np.float32(PANEL_OPERATING_V)
    return either(tracked, power, share)
