"""The battery's indicators, one idea a module, measured on one cut of the day."""

from analytics.indicators import (
    battery_charge,
    battery_cutoff,
    battery_depth,
    battery_lfp,
    battery_resistance,
)
from analytics.indicators.battery_day import battery_day
from analytics.indicators.day_view import DayView, Floats

INDICATORS = (
    *battery_charge.INDICATORS,
    *battery_depth.INDICATORS,
    *battery_resistance.INDICATORS,
    *battery_cutoff.INDICATORS,
    *battery_lfp.INDICATORS,
)


def measure(view: DayView) -> dict[str, Floats]:
    """Battery indicators of each local day, shape (systems, days); volts as of a 12 V system.

    Night indicators belong to the day on which the night ends.
    """
    day = battery_day(view)
    return {
        **battery_charge.charge(day),
        **battery_depth.depth(day),
        **battery_resistance.resistance(day),
        **battery_cutoff.cutoff(day),
        **battery_lfp.trips(day),
    }
