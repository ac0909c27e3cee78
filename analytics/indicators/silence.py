"""Last words: what a system said before it fell silent, and whether only its nights are missing."""

import numpy as np

from analytics.indicators.coverage import readings_apart
from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import after_last
from analytics.indicators.means import stretch
from analytics.quality.gaps import gaps

INDICATORS = (
    Indicator("last_h", "h", "local hour of the day's last reading", "measured"),
    Indicator("last_v", "V", "battery voltage in the day's last reading with one", "measured"),
    Indicator("last_fall_v", "V", "battery voltage 3 h before less that one", "measured"),
    Indicator(
        "night_heard", "1", "share of the night for which readings of the device stand", "count"
    ),
)
BEFORE_H = 3.0


def measure(view: DayView) -> dict[str, Floats]:
    """Silence indicators, shape (systems, days); volts as of a 12 V system, NaN without any.

    The night belongs to the day on which it ends.
    """
    heard = ~gaps(view.block)
    volts = view.by_day(view.volts)
    known = np.isfinite(volts)
    last = view.samples - 1 - after_last(known) % view.samples
    before = np.maximum(last - round(BEFORE_H / view.step_h), 0)
    last_v, before_v = (
        np.take_along_axis(volts, at[:, :, None], axis=-1)[:, :, 0] for at in (last, before)
    )
    day = view.by_day(heard)
    last_cell = view.samples - after_last(day)
    hours = view.night_hours
    dark = stretch((hours >= view.dusk_h + 0.5) & (hours < view.sun.sunrise_h - 0.5))
    night = view.by_night(heard)[:, :, dark] if dark.stop else day
    hours_heard = last_cell * np.float32(view.step_h)
    cells = np.count_nonzero(night, axis=-1) * readings_apart(view)[:, None]
    return {
        "last_h": np.where(last_cell > 0, hours_heard, np.nan).astype(np.float32),
        "last_v": last_v,
        "last_fall_v": before_v - last_v,
        "night_heard": np.minimum(cells / night.shape[-1], 1.0).astype(np.float32),
    }
