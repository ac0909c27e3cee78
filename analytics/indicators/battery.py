"""The battery: how deep it goes for how much, how full it gets, what it resists."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.means import present, windows

FULL_V = 13.8
"""Above this the charger holds the voltage: boost 14.2-14.6 V less 18 mV/degC up to 45 degC (Renogy
and EPEVER manuals); a lithium battery is nearly full there too [K]."""
STEP_A, STEP_SHARE = 0.2, 0.015
"""A load step is larger than 0.2 A and 0.015 of the capacity an hour: below, noise decides [K]."""
LOAD_ON_A = 0.04
"""Less than this is a controller's own consumption or a sensor's offset [K]."""

INDICATORS = (
    Indicator("battery_v_min", "V", "smallest battery voltage of the local day", "measured"),
    Indicator("battery_v_max", "V", "largest battery voltage of the local day", "measured"),
    Indicator("full_h", "h", "time at 13.8 V or more in the local day", "B7"),
    Indicator(
        "used_ah", "Ah", "sum of load current x step over the dark hours", "coulomb counting"
    ),
    Indicator("night_seen", "1", "share of the dark hours' samples that are there", "count"),
    Indicator("dawn_v", "V", "mean voltage in the last hour of darkness", "B3"),
    Indicator("dawn_a", "A", "mean load current in the last hour of darkness", "B3"),
    Indicator(
        "step_va", "V A", "sum of -dV dI over load steps at night", "B1: R = step_va / step_aa"
    ),
    Indicator(
        "step_aa", "A2", "sum of dI dI over load steps at night", "B1: R = step_va / step_aa"
    ),
    Indicator("last_load_v", "V", "voltage when the load was last on at night", "B8"),
    Indicator("last_load_a", "A", "load current then", "B8"),
    Indicator("dark_h", "h", "from then to sunrise", "B8"),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Battery indicators of each local day, shape (systems, days); volts as of a 12 V system.

    Night indicators belong to the day on which the night ends.
    """
    volts = view.block["battery_voltage_v"] / view.facts.volt_scale
    use = _discharge(view)
    found = _levels(view, volts)
    found.update(_night_means(view, volts, use))
    found.update(_steps(view, volts, use))
    found.update(_last_load(view, volts, use))
    return found


def _discharge(view: DayView) -> Floats:
    """Load current; where no sensor gives it, what the battery gives at night."""
    load, net = view.block["load_current_a"], view.block["battery_current_a"]
    missing = np.isnan(load)
    return np.where(missing, -net, load) if missing.any() else load


def _levels(view: DayView, volts: Floats) -> dict[str, Floats]:
    day = view.by_day(volts)
    highest, lowest = np.fmax.reduce(day, axis=-1), np.fmin.reduce(day, axis=-1)
    full = np.count_nonzero(day >= FULL_V, axis=-1).astype(np.float32) * np.float32(view.step_h)
    return {
        "battery_v_min": lowest,
        "battery_v_max": highest,
        "full_h": np.where(np.isnan(highest), np.float32(np.nan), full),
    }


def _night_means(view: DayView, volts: Floats, use: Floats) -> dict[str, Floats]:
    dusk, dawn = view.dusk_h, view.sun.sunrise_h
    span = windows(view.night_hours, (dawn - 1.25, dawn - 0.25), (dusk, dawn))
    night_use = present(view.by_night(use))
    dark = span[:, 1]
    return {
        "dawn_v": present(view.by_night(volts)).means(span[:, :1])[0],
        "dawn_a": night_use.means(span[:, :1])[0],
        "used_ah": (night_use.filled @ dark) * np.float32(view.step_h),
        "night_seen": (night_use.there @ dark) / max(float(dark.sum()), 1.0),
    }


def _steps(view: DayView, volts: Floats, use: Floats) -> dict[str, Floats]:
    """Sums over neighbouring samples of the dark hours between which the load changed."""
    hours = view.night_hours
    dark = np.flatnonzero((hours > view.dusk_h + 0.5) & (hours < view.sun.sunrise_h - 0.5))
    part = slice(int(dark[0]), int(dark[-1]) + 1) if dark.size else slice(0, 0)
    dv = np.diff(view.by_night(volts)[:, :, part], axis=-1)
    di = np.diff(view.by_night(use)[:, :, part], axis=-1)
    threshold = np.maximum(STEP_A, STEP_SHARE * view.facts.battery_ah)[:, :, None]
    step = (np.abs(di) > threshold) & np.isfinite(dv)
    di, dv = np.where(step, di, np.float32(0.0)), np.where(step, dv, np.float32(0.0))
    return {
        "step_va": -np.einsum("sdt,sdt->sd", dv, di),
        "step_aa": np.einsum("sdt,sdt->sd", di, di),
    }


def _last_load(view: DayView, volts: Floats, use: Floats) -> dict[str, Floats]:
    """Voltage at which the light went out and how long it stayed so, by night; NaN if never lit."""
    hours = view.night_hours
    dark = np.flatnonzero((hours >= view.dusk_h) & (hours < view.sun.sunrise_h))
    if not dark.size:
        none = np.full((volts.shape[0], view.days), np.nan, np.float32)
        return {"last_load_v": none, "last_load_a": none.copy(), "dark_h": none.copy()}
    part = slice(int(dark[0]), int(dark[-1]) + 1)
    on = view.by_night(use)[:, :, part] > LOAD_ON_A
    back = np.argmax(on[:, :, ::-1], axis=-1)
    last = on.shape[-1] - 1 - back
    lit = on.any(axis=-1)
    volts_then, load_then = (
        np.take_along_axis(view.by_night(values)[:, :, part], last[:, :, None], axis=-1)[:, :, 0]
        for values in (volts, use)
    )
    missing = np.float32(np.nan)
    return {
        "last_load_v": np.where(lit, volts_then, missing),
        "last_load_a": np.where(lit, load_then, missing),
        "dark_h": np.where(lit, back.astype(np.float32) * np.float32(view.step_h), missing),
    }
