"""The panel's day: what it gave, its highest voltage and current, how often it let go."""

import numpy as np
from numpy.typing import NDArray

from analytics.indicators import panel_profile
from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import or_missing, or_zero
from analytics.indicators.means import present
from analytics.indicators.panel_free import held_back, share_of_rated
from analytics.indicators.panel_profile import profile
from analytics.indicators.panel_share import (
    BRIGHT,
    NOTHING,
    SUNLIT_H,
    open_circuit,
    panel_current,
    sunlit,
    sunlit_volts,
)
from analytics.quality.offset import NIGHT_V

NOON_H = 3
"""Hours before and after solar noon in which a day's highest values are looked for."""

INDICATORS = (
    Indicator("panel_wh", "Wh", "mean of panel voltage x current x 24 h", "measured"),
    Indicator("panel_v_max", "V", "largest panel voltage within 3 h of solar noon", "measured"),
    Indicator("panel_a_max", "A", "largest panel current within 3 h of solar noon", "measured"),
    Indicator(
        "noon_seen", "1", "share of samples within 3 h of solar noon that are there", "count"
    ),
    Indicator("panel_drops", "1", "times it gave nothing in bright light and came back", "count"),
    Indicator("panel_open_h", "h", "time it gave nothing in bright light", "count"),
    Indicator("panel_free_v", "V", "mean panel voltage while it gives all it can", "measured"),
    *panel_profile.INDICATORS,
)


def measure(view: DayView) -> dict[str, Floats]:
    """Panel indicators of each local day, shape (systems, days); volts as of a 12 V system."""
    current = panel_current(view)
    found = _whole_day(view, current)
    share = share_of_rated(view)
    held = held_back(view)
    gone = open_circuit(view, share, held)
    found.update(_let_go(view, share, gone))
    free = or_missing(share, ~(held | gone))
    found["panel_free_v"] = _free_voltage(view, free)
    found.update(profile(view, free))
    return found


def _whole_day(view: DayView, current: Floats) -> dict[str, Floats]:
    volts = view.by_day(view.block["pv_voltage_v"])
    part = sunlit(view)
    trim = (SUNLIT_H - NOON_H) * (part.stop - part.start) // (2 * SUNLIT_H)
    noon = slice(part.start + trim, part.stop - trim)
    middle = current[:, :, noon]
    return {
        "panel_wh": present(volts * current).means(view.whole_day)[0] * np.float32(24.0),
        "panel_v_max": np.fmax.reduce(volts[:, :, noon], axis=-1) / view.facts.volt_scale,
        "panel_a_max": np.fmax.reduce(middle, axis=-1),
        "noon_seen": np.isfinite(middle).mean(-1, dtype=np.float32),
    }


ENOUGH_FREE = 3
"""Samples of free running in the sun for a day's operating voltage [K]."""


def _free_voltage(view: DayView, free: Floats) -> Floats:
    """Where a tracker works, or the battery's voltage that a PWM controller pins the panel to."""
    volts = view.by_day(view.block["pv_voltage_v"])[:, :, sunlit(view)]
    use = (free > BRIGHT) & np.isfinite(volts)
    count = np.count_nonzero(use, axis=-1)
    total = or_zero(volts, use).sum(axis=-1)
    mean = total / np.where(count >= ENOUGH_FREE, count, np.nan) / view.facts.volt_scale
    return mean.astype(np.float32)


def _let_go(view: DayView, share: Floats, gone: NDArray[np.bool_]) -> dict[str, Floats]:
    seen = np.isfinite(share)
    volts = sunlit_volts(view)
    night = volts < NIGHT_V
    # Back is a current, or a voltage after none: a panel that never gives has not come back.
    again = (share[:, :, 1:] > 2 * NOTHING) | (night[:, :, :-1] & (volts[:, :, 1:] >= NIGHT_V))
    back = gone[:, :, :-1] & ~gone[:, :, 1:] & again
    heard = seen.any(axis=-1)
    missing = np.float32(np.nan)
    drops = np.count_nonzero(back, axis=-1).astype(np.float32)
    hours = np.count_nonzero(gone, axis=-1).astype(np.float32) * np.float32(view.step_h)
    return {
        "panel_drops": np.where(heard, drops, missing),
        "panel_open_h": np.where(heard, hours, missing),
    }
