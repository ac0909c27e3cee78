"""What is used: energy, and the largest and smallest current of the day."""

import numpy as np

from analytics.indicators.day_view import DayView, Floats
from analytics.indicators.definition import Indicator

INDICATORS = (
    Indicator("load_wh", "Wh", "mean load current x mean battery voltage x 24 h", "measured"),
    Indicator("load_a_max", "A", "largest load current of the local day", "measured"),
    Indicator("load_a_min", "A", "smallest load current of the local day", "measured"),
)


def measure(view: DayView) -> dict[str, Floats]:
    """Load indicators, shape (systems, days).

    Energy is the product of two means: the voltage moves by a tenth while the load moves by all.
    """
    current = view.by_day(view.block["load_current_a"])
    mean_a, mean_v = (
        view.day_means(name).means(view.whole_day)[0]
        for name in ("load_current_a", "battery_voltage_v")
    )
    return {
        "load_wh": mean_a * mean_v * np.float32(24.0),
        "load_a_max": np.fmax.reduce(current, axis=-1),
        "load_a_min": np.fmin.reduce(current, axis=-1),
    }
