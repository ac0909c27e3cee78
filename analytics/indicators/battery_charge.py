"""How a battery takes its charge: how soon at the charger's limit, after how much, what then."""

import numpy as np

from analytics.indicators.battery_day import BatteryDay
from analytics.indicators.day_view import Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import before_first, or_missing, or_zero

FULL_V = 13.8
"""Above this at 25 degC the charger holds the voltage: boost 14.2-14.6 V, float 13.8 (Renogy and
EPEVER manuals); a lithium battery is nearly full there too [K]."""
BELOW_LIMIT_V = 0.15
"""A charger is at its limit from so far below the day's highest voltage on (B4: boost - 0.1)."""

INDICATORS = (
    Indicator("battery_v_min", "V", "smallest battery voltage of the local day", "measured"),
    Indicator("battery_v_max", "V", "largest battery voltage of the local day", "measured"),
    Indicator("battery_c", "degC", "mean battery temperature of the local day", "measured"),
    Indicator("full_h", "h", "time at 13.8 V or more (lead-acid: less 18 mV/degC above 25)", "B7"),
    Indicator(
        "to_limit_h", "h", "from sunrise to 0.15 V below the day's highest, if that is full", "B4"
    ),
    Indicator("in_ah", "Ah", "charge into the battery in the sunlit hours", "B6"),
    Indicator("sun_net_ah", "Ah", "charge into less charge out of it in the same hours", "B6"),
    Indicator("to_limit_ah", "Ah", "charge into the battery until it was at the limit", "B4, B5"),
    Indicator("tail_a", "A", "smallest charging current at the limit", "B5"),
)


def charge(day: BatteryDay) -> dict[str, Floats]:
    """Charging indicators of each local day, shape (systems, days)."""
    highest, lowest = np.fmax.reduce(day.day_volts, axis=-1), np.fmin.reduce(day.day_volts, axis=-1)
    limit = full_v(day)
    seen = np.isfinite(highest)
    full = highest >= limit
    at_limit = day.sun_volts >= np.maximum(limit, highest - np.float32(BELOW_LIMIT_V))[:, :, None]
    first = before_first(at_limit)
    full &= first < at_limit.shape[-1]
    missing_net = np.isnan(day.sun_net)
    net = or_zero(day.sun_net, ~missing_net)
    into = np.maximum(net, np.float32(0.0))
    until = np.arange(into.shape[-1], dtype=np.int16) < first.astype(np.int16)[:, :, None]
    hours = np.count_nonzero(day.sun_volts >= limit[:, :, None], axis=-1).astype(np.float32)
    tail = np.fmin.reduce(or_missing(into, at_limit & ~missing_net), axis=-1, initial=np.nan)
    missing = np.float32(np.nan)
    known = ~missing_net.all(axis=-1)
    into_ah = into.sum(axis=-1) * day.step_h
    return {
        "battery_v_min": lowest,
        "battery_v_max": highest,
        "battery_c": day.battery_c,
        "full_h": np.where(seen, hours * day.step_h, missing),
        "to_limit_h": np.where(full, first.astype(np.float32) * day.step_h, missing),
        "in_ah": np.where(known, into_ah, missing),
        "sun_net_ah": np.where(known, net.sum(axis=-1) * day.step_h, missing),
        "to_limit_ah": np.where(
            full & known, or_zero(into, until).sum(axis=-1) * day.step_h, missing
        ),
        "tail_a": np.where(full & np.isfinite(tail), tail, missing),
    }


def full_v(day: BatteryDay) -> Floats:
    """The voltage of a battery at the charger's limit, by the warmth of the day, (systems, days).

    Controllers for lithium do not compensate; they charge to 14.1 V and more, so that the same
    rule serves both.
    """
    return np.float32(FULL_V) + np.minimum(day.warm_v, np.float32(0.2))
