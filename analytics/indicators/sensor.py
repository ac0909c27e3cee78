"""Do the meters agree: what one shows at night, and what remains when all currents are added up."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.means import windows

INDICATORS = (
    Indicator("night_panel_a", "A", "mean panel current while the panel is dark", "offset"),
    Indicator(
        "gap_evening_a", "A", "-(battery + load current), 45 min to 4 h after sunset", "Kirchhoff"
    ),
    Indicator("gap_quiet_a", "A", "the same from 1 to 4 h after midnight", "Kirchhoff"),
    Indicator("panel_ah", "Ah", "mean panel current x 24 h", "coulomb counting"),
    Indicator("stuck_v", "1", "share of the day with a stuck battery voltage", "mask"),
    Indicator("stuck_panel", "1", "share of the day with a stuck panel current", "mask"),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Sensor indicators, shape (systems, days).

    Nights belong to the day on which they end. At night the panel gives nothing, so that what the
    battery gives is what is used: the gap is what flows past the load's meter, or a meter that is
    off. NaN where either current is not shown.
    """
    hours = view.night_hours
    evening = (view.dusk_h + 0.75, view.dusk_h + 4.0)
    span = windows(hours, evening, (1.0, 4.0))
    load = view.night_means("load_current_a").means(span)
    battery = view.night_means("battery_current_a").means(span)
    evening_a, quiet_a = -(battery + load)
    return {
        "night_panel_a": view.doubts.night_panel_a,
        "gap_evening_a": evening_a,
        "gap_quiet_a": quiet_a,
        "panel_ah": view.day_means("pv_current_a").means(view.whole_day)[0] * np.float32(24.0),
        "stuck_v": _share(view, "battery_voltage_v"),
        "stuck_panel": _share(view, "pv_current_a"),
    }


def _share(view: DayView, field: str) -> Floats:
    mask = view.doubts.excluded.get("stuck", {}).get(field)
    if mask is None:
        return np.zeros((view.block.rows.shape[0], view.days), np.float32)
    return view.counted(mask) / np.float32(view.samples)
