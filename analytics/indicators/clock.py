"""What the device's own clock calls noon."""

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator

INDICATORS = (
    Indicator(
        "noon_shift_h",
        "h",
        "middle of the panel's lit hours - the village's median (else solar noon)",
        "circular mean",
    ),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Shape (systems, days); positive where the clock is ahead. NaN on days with gaps."""
    return {"noon_shift_h": view.doubts.noon_shift_h}
