"""How deep a night goes for how much: charge used, and the voltage before and after."""

import numpy as np

from analytics.indicators.battery_day import BatteryDay
from analytics.indicators.day_view import Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.means import present, windows

INDICATORS = (
    Indicator(
        "used_ah", "Ah", "sum of load current x step over the dark hours", "B2, coulomb counting"
    ),
    Indicator("night_seen", "1", "share of the dark hours' samples that are there", "count"),
    Indicator("dusk_v", "V", "mean voltage from 30 min to 2 h after sunset", "B2, B3"),
    Indicator("dusk_a", "A", "mean load current in the same hours", "B2, B3"),
    Indicator("dawn_v", "V", "mean voltage in the last hour of darkness", "B2, B3"),
    Indicator("dawn_a", "A", "mean load current in the last hour of darkness", "B2, B3"),
    Indicator(
        "rest_v_h",
        "V/h",
        "(V 1.25-0.25 h - V 4-2.25 h before sunrise) / 2.4 h while the load is below 0.01 C",
        "B9: self-discharge, parasitic load",
    ),
)
REST_SHARE = 0.01
"""Load, as a share of the capacity an hour, below which the battery rests (B9)."""
REST_APART_H = (4.0 + 2.25) / 2 - (1.25 + 0.25) / 2


def depth(day: BatteryDay) -> dict[str, Floats]:
    """Indicators of each night, shape (systems, days), booked on the day on which it ends."""
    dusk, dawn = day.view.dusk_h, day.view.sun.sunrise_h
    span = windows(
        day.night_hours,
        (dusk + 0.5, dusk + 2.0),
        (dawn - 4.0, dawn - 2.25),
        (dawn - 1.25, dawn - 0.25),
    )
    use = present(day.night_use)
    dusk_a, rest_a, dawn_a = use.means(span)
    dusk_v, rest_v, dawn_v = present(day.night_volts).means(span)
    quiet = np.maximum(np.abs(rest_a), np.abs(dawn_a)) < REST_SHARE * day.view.facts.battery_ah
    slope = (dawn_v - rest_v) * np.float32(1.0 / REST_APART_H)
    return {
        "used_ah": use.filled.sum(axis=-1) * day.step_h,
        "night_seen": use.there.sum(axis=-1) / np.float32(max(day.night_hours.size, 1)),
        "dusk_v": dusk_v,
        "dusk_a": dusk_a,
        "dawn_v": dawn_v,
        "dawn_a": dawn_a,
        "rest_v_h": np.where(quiet, slope, np.float32(np.nan)),
    }
