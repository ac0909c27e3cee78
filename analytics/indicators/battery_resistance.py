"""What the battery resists: voltage over load steps at night."""

import numpy as np

from analytics.indicators.battery_day import BatteryDay
from analytics.indicators.day_view import Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.masked import or_zero
from analytics.indicators.means import stretch

STEP_A, STEP_SHARE = 0.2, 0.015
"""A load step is larger than 0.2 A and 0.015 of the capacity an hour: below, noise decides [K]."""
FINE_A = 0.03
"""A phone or one small lamp. A sound battery doesn't feel it; a broken strap falls by volts [K]."""
TWILIGHT_H = 0.5
"""Near sunset and sunrise the panel moves the voltage too; steps there tell nothing [K]."""

INDICATORS = (
    Indicator(
        "step_va", "V A", "sum of -dV dI over load steps at night", "B1: R = step_va / step_aa"
    ),
    Indicator(
        "step_aa", "A2", "sum of dI dI over load steps at night", "B1: R = step_va / step_aa"
    ),
    Indicator("fine_va", "V A", "the same with every step from 0.03 A on", "B1"),
    Indicator("fine_aa", "A2", "the same with every step from 0.03 A on", "B1"),
)


def resistance(day: BatteryDay) -> dict[str, Floats]:
    """Sums over neighbouring samples between which the load changed, shape (systems, days).

    By night alone: the charger regulates the voltage by day, which would be read as resistance.
    """
    hours = day.night_hours
    dark = (hours > day.view.dusk_h + TWILIGHT_H) & (hours < day.view.sun.sunrise_h - TWILIGHT_H)
    part = stretch(dark)
    dv = np.diff(day.night_volts[:, :, part], axis=-1)
    di = np.diff(day.night_use[:, :, part], axis=-1)
    threshold = np.maximum(STEP_A, STEP_SHARE * day.view.facts.battery_ah)[:, :, None]
    threshold = threshold.astype(np.float32)
    va, aa = _sums(dv, di, threshold)
    fine_va, fine_aa = _sums(dv, di, np.float32(FINE_A))
    return {"step_va": va, "step_aa": aa, "fine_va": fine_va, "fine_aa": fine_aa}


def _sums(dv: Floats, di: Floats, threshold: Floats | np.float32) -> tuple[Floats, Floats]:
    """Sums of -dV dI and of dI dI over the steps above a threshold, each (systems, days)."""
    step = (np.abs(di) > threshold) & np.isfinite(dv)
    di, dv = or_zero(di, step), or_zero(dv, step)
    return -np.einsum("sdt,sdt->sd", dv, di), np.einsum("sdt,sdt->sd", di, di)
