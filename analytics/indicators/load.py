"""What is used: energy and light at night."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator
from analytics.indicators.means import present, windows

INDICATORS = (
    Indicator("load_wh", "Wh", "mean of load current x battery voltage x 24 h", "measured"),
    Indicator("lamp_a", "A", "mean load current from 45 min to 3 h after sunset", "street lights"),
    Indicator("lamp_v", "V", "mean battery voltage in the same hours", "street lights"),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Load indicators, shape (systems, days). The evening belongs to the local day it falls on."""
    current, volts = view.block["load_current_a"], view.block["battery_voltage_v"]
    hours = view.day_hours
    evening = (view.sun.sunset_h + 0.75, min(view.sun.sunset_h + 3.0, 24.0))
    span = windows(hours, (0.0, 24.0), evening)
    power = present(view.by_day(current * volts)).means(span[:, :1])[0]
    lamp_a = present(view.by_day(current)).means(span[:, 1:])[0]
    lamp_v = present(view.by_day(volts / view.facts.volt_scale)).means(span[:, 1:])[0]
    return {"load_wh": power * np.float32(24.0), "lamp_a": lamp_a, "lamp_v": lamp_v}
