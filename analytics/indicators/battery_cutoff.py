"""Nights on which the light goes out: at which voltage, for how long, and whether the pack died."""

import numpy as np

from analytics.indicators.battery_day import BatteryDay
from analytics.indicators.day_view import Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import after_last, before_first

LOAD_ON_A = 0.04
"""Less than this is a controller's own consumption or a sensor's offset [K]."""

INDICATORS = (
    Indicator("last_load_v", "V", "voltage when the load was last on at night", "B8"),
    Indicator("last_load_a", "A", "load current then", "B8"),
    Indicator("dark_h", "h", "from then to sunrise", "B8"),
    Indicator("mute_h", "h", "from the night's last voltage to sunrise", "B8, B11"),
    Indicator("back_h", "h", "from sunrise to the local day's first voltage after it", "B11"),
)


def cutoff(day: BatteryDay) -> dict[str, Floats]:
    """Voltage at which the light went out and how long it stayed so; NaN if it was never lit.

    Some controllers fall silent while the load is cut, and every one does when the battery's own
    protection opens; ``mute_h`` says so.
    """
    samples = day.night_hours.size
    if not samples:
        none = np.full((day.night_volts.shape[0], day.view.days), np.nan, np.float32)
        return {i.name: none.copy() for i in INDICATORS}
    lit_h, load_v, load_a = _last(day.night_use > LOAD_ON_A, day.night_volts, day.night_use)
    (mute_h,) = _last(np.isfinite(day.night_volts))
    return {
        "last_load_v": load_v,
        "last_load_a": load_a,
        "dark_h": lit_h * day.step_h,
        "mute_h": mute_h * day.step_h,
        "back_h": _first(np.isfinite(day.sun_volts)) * day.step_h,
    }


def _last(flag: np.ndarray, *values: Floats) -> tuple[Floats, ...]:
    """Samples after the last one with the flag, and each of the values there; NaN without any."""
    back = after_last(flag)
    some = back < flag.shape[-1]
    place = np.where(some, flag.shape[-1] - 1 - back, 0)[:, :, None]
    there = (np.take_along_axis(v, place, axis=-1)[:, :, 0] for v in values)
    return tuple(np.where(some, v, np.float32(np.nan)) for v in (back.astype(np.float32), *there))


def _first(flag: np.ndarray) -> Floats:
    """Samples before the first one with the flag; NaN without any."""
    if not flag.shape[-1]:
        return np.full(flag.shape[:2], np.nan, np.float32)
    before = before_first(flag)
    return np.where(before < flag.shape[-1], before, np.nan).astype(np.float32)
