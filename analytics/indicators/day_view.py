"""Some days of one village cut into local days and nights, ready for the indicators."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.sun import SunDay, sun_day
from collector.domain.block import Block
from collector.domain.clock import DAY_S
from collector.domain.device import System, Village

HALF_DAY_S = DAY_S // 2
FIELDS_READ = (
    "pv_voltage_v",
    "pv_current_a",
    "battery_voltage_v",
    "battery_current_a",
    "load_current_a",
    "battery_temperature_c",
)
"""What the indicators read; blocks for them carry at least these."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the systems, each of shape (systems, 1), float32."""

    battery_ah: Floats
    panel_a: Floats
    volt_scale: Floats
    """Nominal voltage / 12: measured volts are divided by it, so every rule speaks of 12 V."""


PANEL_OPERATING_V = 17.5
"""Voltage at maximum power of a 36-cell panel for 12 V, typical data sheets 17-18 V [K]."""


def facts_of(systems: Sequence[System]) -> Facts:
    """Static facts as columns. Rated panel current is panel_w / 17.5 V of a 12 V system."""
    scale = np.array([[max(s.nominal_v, 1.0) / 12.0] for s in systems], np.float32)
    battery = np.array([[max(s.battery_ah, 1.0)] for s in systems], np.float32)
    panel = np.array([[max(s.panel_w, 1.0) / PANEL_OPERATING_V] for s in systems], np.float32)
    return Facts(battery, panel / scale, scale)


@dataclass(frozen=True, slots=True)
class DayView:
    """``days`` local days of one village, one sun for all of them.

    The block starts at the local noon before the first day. ``by_day`` looks at local days
    (midnight to midnight), ``by_night`` at the 24 hours up to each day's noon, so that the night
    that ends on a day belongs to that day. Both have shape (systems, days, samples).
    """

    block: Block
    days: int
    sun: SunDay
    facts: Facts

    @property
    def samples(self) -> int:
        """Samples a day."""
        return DAY_S // self.block.step_s

    @property
    def step_h(self) -> float:
        """Hours a sample stands for."""
        return self.block.step_s / 3_600.0

    @property
    def day_hours(self) -> NDArray[np.float64]:
        """Middle of each sample of ``by_day``, hours after local midnight."""
        return (np.arange(self.samples, dtype=np.float64) + 0.5) * self.step_h

    @property
    def night_hours(self) -> NDArray[np.float64]:
        """Middle of each sample of ``by_night``, hours after the midnight inside it (-12 to 12)."""
        return self.day_hours - 12.0

    @property
    def dusk_h(self) -> float:
        """Sunset of the evening before, on the axis of ``night_hours``."""
        return self.sun.sunset_h - 24.0

    def by_day(self, values: NDArray) -> NDArray:
        """A (systems, steps) array as local days."""
        half = self.samples // 2
        whole = values[:, half : half + self.days * self.samples]
        return whole.reshape(values.shape[0], self.days, self.samples)

    def by_night(self, values: NDArray) -> NDArray:
        """A (systems, steps) array as noon-to-noon nights."""
        whole = values[:, : self.days * self.samples]
        return whole.reshape(values.shape[0], self.days, self.samples)


SUN_DAYS = 4
"""Days judged by one sun, and so many fit a core's cache for a village: the sun rises a minute
earlier or later a day at most. They lie fixed in time, so that a day's numbers never depend on
which days were asked for with it."""


def days_under_one_sun(start_s: int) -> int:
    """How many days from the one after this local noon on have the same sun."""
    return SUN_DAYS - (start_s + DAY_S) // DAY_S % SUN_DAYS


def day_view(block: Block, days: int, village: Village, facts: Facts) -> DayView:
    """A view of a block that starts at the local noon before its first day.

    It must not reach beyond ``days_under_one_sun``.
    """
    into = SUN_DAYS - days_under_one_sun(block.start_s)
    midnight_s = block.start_s + HALF_DAY_S + (SUN_DAYS // 2 - into) * DAY_S
    return DayView(block, days, sun_day(midnight_s, village), facts)
