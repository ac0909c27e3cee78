"""Light: what the lamps draw in the evening; of street lights also how long they burn, and when."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.means import stretch, windows

LIT_SHARE, LIT_A = 0.12, 0.04
"""Of the night's largest current, and at least: a lamp dimmed to a fifth counts as lit [K]."""
SUNNY_H = 4.0
"""Hours before and after solar noon that are day under any cloud [K]."""
PANEL_DAY_V = 10.0
"""A lamp post knows the day by its panel, which then shows more than this (12 V) whatever the sky;
a dead panel lets it burn all day, and that is the panel's fault."""
BURNT_H = 1.0
"""A burning lamp draws its current for longer than this [K]."""

INDICATORS = (
    Indicator("lamp_a", "A", "mean load current, 45 to 135 min after sunset", "street lights"),
    Indicator("lamp_v", "V", "mean battery voltage in the same hours", "street lights"),
    Indicator("lit_h", "h", "time lit between sunset and sunrise (street lights)", "measured"),
    Indicator("unlit_h", "h", "sunrise - last lit sample of the night (street lights)", "measured"),
    Indicator("unlit_v", "V", "battery voltage when last lit in the night (street lights)", "B8"),
    Indicator(
        "day_lamp_a", "A", "current exceeded for 1 h in 8 h around noon (street lights)", "measured"
    ),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Lamp indicators, shape (systems, days); volts as of a 12 V system.

    The evening belongs to the local day it falls on, the night to the day on which it ends.
    """
    evening = (view.sun.sunset_h + 0.75, min(view.sun.sunset_h + 2.25, 24.0))
    span = windows(view.day_hours, evening)
    found = {
        "lamp_a": view.day_means("load_current_a").means(span)[0],
        "lamp_v": view.day_means("volts").means(span)[0],
    }
    street = np.flatnonzero(view.facts.street[:, 0])
    for name, values in (_night(view, street) | _day(view, street)).items():
        found[name] = np.full(found["lamp_a"].shape, np.nan, np.float32)
        found[name][street] = values
    return found


def _night(view: DayView, street: np.ndarray) -> dict[str, Floats]:
    """Hours lit, and where the light ended; NaN where the night is not seen whole."""
    hours = view.night_hours
    part = stretch((hours >= view.dusk_h + 0.25) & (hours < view.sun.sunrise_h - 0.25))
    samples = part.stop - part.start
    if not samples or not street.size:
        nothing = np.full((street.size, view.days), np.nan, np.float32)
        return {"lit_h": nothing, "unlit_h": nothing, "unlit_v": nothing}
    load = view.by_night(view.block["load_current_a"][street])[:, :, part]
    volts = view.by_night(view.volts[street])[:, :, part]
    most = np.fmax.reduce(load, axis=-1)
    lit = load > np.maximum(LIT_A, LIT_SHARE * most)[:, :, None]
    seen = np.count_nonzero(np.isfinite(load), axis=-1)
    whole = seen >= 0.9 * samples
    share = np.count_nonzero(lit, axis=-1) / np.maximum(seen, 1)
    back = np.argmax(lit[:, :, ::-1], axis=-1)
    last_v = np.take_along_axis(volts, (samples - 1 - back)[:, :, None], axis=-1)[:, :, 0]
    ever = whole & lit.any(axis=-1)
    missing = np.float32(np.nan)
    return {
        "lit_h": np.where(whole, share * samples * view.step_h, missing).astype(np.float32),
        "unlit_h": np.where(ever, back * view.step_h, missing).astype(np.float32),
        "unlit_v": np.where(ever, last_v, missing).astype(np.float32),
    }


def _day(view: DayView, street: np.ndarray) -> dict[str, Floats]:
    """The load that stands for an hour of the brightest hours, while the panel sees the day."""
    part = stretch(np.abs(view.day_hours - view.sun.noon_h) < SUNNY_H)
    samples = part.stop - part.start
    width = round(BURNT_H / view.step_h) + 1
    if samples < width or not street.size:
        return {"day_lamp_a": np.full((street.size, view.days), np.nan, np.float32)}
    load = view.by_day(view.block["load_current_a"][street])[:, :, part]
    volts = view.block["pv_voltage_v"][street] / view.facts.volt_scale[street]
    day = ~(view.by_day(volts)[:, :, part] <= PANEL_DAY_V)
    known = np.isfinite(load)
    drawn = np.where(known & day, load, np.float32(0.0))
    ranked = np.partition(drawn, samples - width, axis=-1)[:, :, samples - width]
    enough = np.count_nonzero(known, axis=-1) >= 0.6 * samples
    return {"day_lamp_a": np.where(enough, ranked, np.float32(np.nan))}
