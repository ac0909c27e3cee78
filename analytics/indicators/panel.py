"""The panel: what it gave, beside what the neighbours' panels say it could have given."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.means import present, windows
from analytics.indicators.peers import leave_one_out_median

BULK_BELOW_V = 13.5
"""Below this no charger holds the panel back: float is 13.8 V less 18 mV/degC (Renogy) [K]."""
HELD_BACK_V = 13.8
"""Once the battery was here, float may hold the panel back for the rest of the day [K]."""
WEAK_SUN = 0.1
"""Neighbours below a tenth of rated current: the ratio is all offset and reflection [K]."""
SUNLIT_H = 4.5
"""Hours before and after solar noon that count: outside, horizon and angle rule [K]."""
NO_BEAM, ALL_BEAM = 0.3, 0.9
"""Share of the clear sky at which the sun's disc begins to show, and stands free; after the shape
of Erbs, Klein & Duffie (Solar Energy 28, 1982), as a straight line [K]."""

INDICATORS = (
    Indicator("panel_wh", "Wh", "mean of panel voltage x current x 24 h", "measured"),
    Indicator("panel_v_max", "V", "largest panel voltage within 3 h of solar noon", "measured"),
    Indicator("panel_a_max", "A", "largest panel current within 3 h of solar noon", "measured"),
    Indicator(
        "noon_seen", "1", "share of samples within 3 h of solar noon that are there", "count"
    ),
    Indicator("panel_given", "h", "sum of current / rated x step while not held back", "measured"),
    Indicator("panel_due", "h", "same, the neighbours' leave-one-out median", "village peers"),
    Indicator(
        "panel_east", "h", "panel_due x beam share x sun's east component / elevation", "geometry"
    ),
    Indicator(
        "panel_clear",
        "1",
        "best hour of current / rated / clear sky, not held back",
        "Haurwitz 1945",
    ),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Panel indicators of each local day, shape (systems, days).

    All systems of the view are neighbours under one sky: the due current is the leave-one-out
    median of those neighbours whose panels are not held back at that moment either.
    """
    found = _whole_day(view)
    share = _free_share(view)
    found.update(_against_neighbours(view, share))
    found["panel_clear"] = _clear(view, share)
    return found


def _whole_day(view: DayView) -> dict[str, Floats]:
    volts = view.block["pv_voltage_v"] / view.facts.volt_scale
    current = view.block["pv_current_a"]
    power = present(view.by_day(view.block["pv_voltage_v"] * current))
    noon = view.sun.noon_h
    near = np.flatnonzero(np.abs(view.day_hours - noon) < 3.0)
    part = slice(int(near[0]), int(near[-1]) + 1)
    middle = view.by_day(current)[:, :, part]
    return {
        "panel_wh": power.means(windows(view.day_hours, (0.0, 24.0)))[0] * np.float32(24.0),
        "panel_v_max": np.fmax.reduce(view.by_day(volts)[:, :, part], axis=-1),
        "panel_a_max": np.fmax.reduce(middle, axis=-1),
        "noon_seen": np.isfinite(middle).mean(-1, dtype=np.float32),
    }


def _sunlit(view: DayView) -> slice:
    """Samples of the day with the sun high enough."""
    solar = view.day_hours - view.sun.noon_h
    inside = np.flatnonzero(np.abs(solar) < SUNLIT_H)
    return slice(int(inside[0]), int(inside[-1]) + 1)


def _free_share(view: DayView) -> Floats:
    """Panel current as a share of the rated, NaN where the charger may hold it back.

    Shape (systems, days, sunlit samples).
    """
    part = _sunlit(view)
    volts = view.by_day(view.block["battery_voltage_v"])[:, :, : part.stop]
    volts = volts / view.facts.volt_scale[:, :, None]
    was_full = np.logical_or.accumulate(volts >= HELD_BACK_V, axis=-1)[:, :, part]
    free = (volts[:, :, part] < BULK_BELOW_V) & ~was_full
    share = view.by_day(view.block["pv_current_a"])[:, :, part] / view.facts.panel_a[:, :, None]
    return np.where(free, share, np.float32(np.nan))


def _against_neighbours(view: DayView, share: Floats) -> dict[str, Floats]:
    """Sums of what was given and due, and how much of what is due an eastward tilt would change.

    A panel tilted to the east gets more than its neighbours while the sun's beam stands there, and
    less in the afternoon; under clouds it gets the same. Without this, a change of the hours in
    which it runs free would look like dirt.
    """
    due = leave_one_out_median(share.reshape(share.shape[0], -1)).reshape(share.shape)
    use = np.isfinite(share) & (due > WEAK_SUN)
    given, due = np.where(use, share, np.float32(0.0)), np.where(use, due, np.float32(0.0))
    hours = view.day_hours[_sunlit(view)]
    sky = view.sun.clear_sky(hours).astype(np.float32)
    east = view.sun.east_slope(hours).astype(np.float32)
    beam = np.clip((due / sky - NO_BEAM) / (ALL_BEAM - NO_BEAM), 0.0, 1.0)
    step = np.float32(view.step_h)
    return {
        "panel_given": given.sum(-1) * step,
        "panel_due": due.sum(-1) * step,
        "panel_east": np.einsum("sdt,sdt,t->sd", due, beam, east) * step,
    }


def _clear(view: DayView, share: Floats) -> Floats:
    """Best full hour within 3 h of noon against a clear sky; NaN when none was free."""
    hours = view.day_hours[_sunlit(view)]
    near = np.flatnonzero(np.abs(hours - view.sun.noon_h) < 3.0)
    width = max(1, round(1.0 / view.step_h))
    near = near[: near.size // width * width]
    sky = view.sun.clear_sky(hours[near]).astype(np.float32)
    ratio = share[:, :, near] / sky
    hourly = ratio.reshape(*ratio.shape[:2], -1, width).mean(-1)
    return np.fmax.reduce(hourly, axis=-1)
