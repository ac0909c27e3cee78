"""Lithium packs: trips of the pack's own protection while it is charged."""

import numpy as np

from analytics.indicators.battery_day import BatteryDay
from analytics.indicators.day_view import Floats
from analytics.indicators.definition import Indicator

JUMP_V = 0.35
"""A pack's voltage creeps towards full; its protection opening lifts it at once [K]."""
TRIPPED_V = 14.0
REFUSED_SHARE, TAKEN_SHARE = 0.01, 0.04
"""Charging current as a share of the capacity an hour: refused now, and taken just before [K]."""

INDICATORS = (
    Indicator(
        "refused",
        "1",
        "times that V jumped by 0.35 V above 14 V or to 14.6 V, current falling from 0.04 C to 0",
        "B11: over-voltage trip of a cell; lithium's sign, lead-acid never shows it",
    ),
)


def trips(day: BatteryDay) -> dict[str, Floats]:
    """Charge refused in the sunlit hours, shape (systems, days)."""
    volts, net = day.sun_volts, day.sun_net
    rated = day.view.facts.battery_ah[:, :, None]
    jumped = (np.diff(volts, axis=-1) > JUMP_V) & (volts[:, :, 1:] > TRIPPED_V)
    count = np.zeros(volts.shape[:2], np.float32)
    if jumped.any():
        stopped = (net[:, :, 1:] < REFUSED_SHARE * rated) & (net[:, :, :-1] > TAKEN_SHARE * rated)
        count += np.count_nonzero(jumped & stopped, axis=-1)
    return {"refused": np.where(np.isfinite(volts).any(axis=-1), count, np.float32(np.nan))}
