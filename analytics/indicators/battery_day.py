"""What every battery indicator reads: volts and currents of the dark and of the sunlit hours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.masked import either, known_or_zero, or_zero
from analytics.indicators.means import stretch

COMPENSATION_V_PER_K = -0.018
"""Controllers lower the charging voltages of a 12 V lead-acid battery by 3 mV a degree and cell
(EPEVER and Renogy manuals)."""
REFERENCE_C = 25.0
BELIEVABLE_C = (5.0, 60.0)
"""A sensor outside is broken or not there; one that always says 25 corrects nothing anyway [K]."""
CHARGER_EFFICIENCY = 0.95
TRACKER_RATIO = 1.15
"""A panel that stands so far above its battery in bulk is on a tracker, not switched through."""
PAST_METER_A = 0.15
"""So much more given by the battery than the load's meter shows is a load wired past it [K]."""
LIMITED_V = 13.6
"""Above this the charger may hold the panel back, and its voltage tells nothing [K]."""


@dataclass(frozen=True, slots=True)
class BatteryDay:
    """Nights end on their day. Arrays are (systems, days, samples), volts as of a 12 V system."""

    view: DayView
    night_hours: NDArray[np.float64]
    night_volts: Floats
    night_use: Floats
    """Load current; where no meter gives it or much flows past it, what the battery gives."""
    sun_volts: Floats
    sun_net: Floats
    """Current into the battery, measured or charge less load; negative when discharging."""
    day_volts: Floats
    warm_v: Floats
    """What the controller takes off its voltages for the warmth of the day, (systems, days)."""
    battery_c: Floats

    @property
    def step_h(self) -> np.float32:
        """Hours a sample stands for."""
        return np.float32(self.view.step_h)


def battery_day(view: DayView) -> BatteryDay:
    """Cut a view once for all battery indicators."""
    volts = view.volts
    load, net = view.block["load_current_a"], view.block["battery_current_a"]
    night, day = view.night_hours, view.day_hours
    dark = stretch((night >= view.dusk_h) & (night < view.sun.sunrise_h))
    sunny = stretch((day >= view.sun.sunrise_h) & (day < view.sun.sunset_h))
    metered, given = view.by_night(load)[:, :, dark], -view.by_night(net)[:, :, dark]
    past_meter = (given > metered + PAST_METER_A) | np.isnan(metered)
    night_use = either(past_meter, given, metered) if past_meter.any() else metered
    celsius = _mean_celsius(view)
    return BatteryDay(
        view=view,
        night_hours=night[dark],
        night_volts=view.by_night(volts)[:, :, dark],
        night_use=night_use,
        sun_volts=view.by_day(volts)[:, :, sunny],
        sun_net=_sun_net(view, volts, sunny),
        day_volts=view.by_day(volts),
        warm_v=np.float32(COMPENSATION_V_PER_K) * np.nan_to_num(celsius - REFERENCE_C),
        battery_c=celsius,
    )


def _sun_net(view: DayView, volts: Floats, sunny: slice) -> Floats:
    net = view.by_day(view.block["battery_current_a"])[:, :, sunny]
    missing = np.isnan(net)
    if not missing.any():
        return net
    panel_a, panel_v, load, battery_v = (
        view.by_day(values)[:, :, sunny]
        for values in (
            view.block["pv_current_a"],
            view.block["pv_voltage_v"] / view.facts.volt_scale,
            view.block["load_current_a"],
            volts,
        )
    )
    bulk = (battery_v < LIMITED_V) & np.isfinite(panel_a) & np.isfinite(panel_v)
    given = or_zero(panel_a, bulk)
    ratio = np.einsum("sdt,sdt->sd", given, or_zero(panel_v / battery_v, bulk))
    ratio /= np.maximum(given.sum(axis=-1), 0.1)
    gain = np.where(ratio > TRACKER_RATIO, np.float32(CHARGER_EFFICIENCY) * ratio, np.float32(1.0))
    return either(missing, panel_a * gain[:, :, None] - known_or_zero(load), net)


def _mean_celsius(view: DayView) -> Floats:
    """Mean battery temperature of each local day that can be believed, NaN without."""
    celsius = view.by_day(view.block["battery_temperature_c"])
    # Every fourth sample is enough for a mean: a battery warms and cools over hours.
    some = celsius[:, :, ::4]
    good = (some > BELIEVABLE_C[0]) & (some < BELIEVABLE_C[1])
    count = np.count_nonzero(good, axis=-1)
    total = or_zero(some, good).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
