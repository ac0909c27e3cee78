"""Some days of one village cut into local days and nights, ready for the indicators."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.means import Present, present, windows
from analytics.indicators.sun import SunDay, sun_day
from analytics.quality.clean import Excluded
from collector.domain.block import Block
from collector.domain.clock import DAY_S
from collector.domain.device import Chemistry, Kind, System, Village

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
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the systems, each of shape (systems, 1), float32."""

    battery_ah: Floats
    panel_a: Floats
    volt_scale: Floats
    """Nominal voltage / 12: measured volts are divided by it, so every rule speaks of 12 V."""
    street: NDArray[np.bool_]
    """Whether it is a street light; bool, as the two below."""
    home: NDArray[np.bool_]
    lead: NDArray[np.bool_]
    """Whether its battery is lead-acid, else lithium."""


PANEL_OPERATING_V = 17.5
"""Voltage at maximum power of a 36-cell panel for 12 V, typical data sheets 17-18 V [K]."""


def facts_of(systems: Sequence[System]) -> Facts:
    """Static facts as columns. Rated panel current is panel_w / 17.5 V of a 12 V system.

    The same tuple is asked for by every detector every night; the last ones asked for are kept.
    """
    for asked, facts in _KEPT:
        if asked is systems:
            return facts
    facts = _facts(systems)
    if isinstance(systems, tuple):
        _KEPT.append((systems, facts))
    return facts


_KEPT: deque[tuple[Sequence[System], Facts]] = deque(maxlen=16)


def _facts(systems: Sequence[System]) -> Facts:
    def number(name: str) -> Floats:
        told = np.array(list(map(attrgetter(name), systems)), np.float64)
        return np.maximum(told, 1.0).reshape(-1, 1).astype(np.float32)

    def is_(name: str, what: object) -> NDArray[np.bool_]:
        return np.array([v is what for v in map(attrgetter(name), systems)], bool).reshape(-1, 1)

    scale = number("nominal_v") / np.float32(12.0)
    return Facts(
        battery_ah=number("battery_ah"),
        panel_a=(number("panel_w") / np.float32(PANEL_OPERATING_V) / scale).astype(np.float32),
        volt_scale=scale,
        street=is_("kind", Kind.STREET_LIGHT),
        home=is_("kind", Kind.HOME),
        lead=is_("battery_chemistry", Chemistry.LEAD_ACID),
    )


def _nothing() -> Floats:
    return np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What was found wrong with the readings before they were put right or left out.

    ``excluded`` has the masks by name and field; ``night_panel_a`` (systems, days) the panel
    current at night, NaN = unknown; ``noon_shift_h`` (systems, days) by how much the device's noon
    lies after its neighbours', NaN = unknown.
    """

    excluded: Excluded = field(default_factory=dict)
    night_panel_a: Floats = field(default_factory=_nothing)
    noon_shift_h: Floats = field(default_factory=_nothing)


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
    doubts: Doubts = field(default_factory=Doubts)
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """``make()``, computed by whoever asks first and shared by all themes of this view."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    @property
    def volts(self) -> Floats:
        """Battery voltage as of a 12 V system, shape (systems, steps)."""
        return self.once("volts", lambda: self.block["battery_voltage_v"] / self.facts.volt_scale)

    def values(self, name: str) -> Floats:
        """A field of the block by name, or "volts"."""
        return self.volts if name == "volts" else self.block[name]

    def day_means(self, name: str) -> Present:
        """A field's local days, split for means over windows; one matrix product serves all."""
        return self.once(f"day {name}", lambda: present(self.by_day(self.values(name))))

    def night_means(self, name: str) -> Present:
        """A field's nights, split for means over windows."""
        return self.once(f"night {name}", lambda: present(self.by_night(self.values(name))))

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
    def whole_day(self) -> Floats:
        """The window of a whole local day, for means of ``by_day``."""
        return windows(self.day_hours, (0.0, 24.0))

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
        return self._cut(values[:, self.samples // 2 :])

    def counted(self, mask: NDArray[np.bool_]) -> Floats:
        """Samples of each local day that a (systems, steps) mask marks; it marks few systems."""
        found = np.zeros((mask.shape[0], self.days), np.float32)
        rows = np.flatnonzero(mask.any(axis=1))
        found[rows] = np.count_nonzero(self.by_day(mask[rows]), axis=-1)
        return found

    def by_night(self, values: NDArray) -> NDArray:
        """A (systems, steps) array as noon-to-noon nights."""
        return self._cut(values)

    def _cut(self, values: NDArray) -> NDArray:
        """Into days, the systems side by side in memory: a view where they already are."""
        whole = values[:, : self.days * self.samples].T
        return whole.reshape(self.days, self.samples, values.shape[0]).transpose(2, 0, 1)


SUN_DAYS = 4
"""Days judged by one sun, and so many fit a core's cache for a village: the sun rises a minute
earlier or later a day at most. They lie fixed in time, so that a day's numbers never depend on
which days were asked for with it."""


def days_under_one_sun(start_s: int) -> int:
    """How many days from the one after this local noon on have the same sun."""
    return SUN_DAYS - (start_s + DAY_S) // DAY_S % SUN_DAYS


def day_view(block: Block, days: int, village: Village, facts: Facts) -> DayView:
    """A view of a block that starts at the local noon before its first day.

    It must not reach beyond ``days_under_one_sun``. Nothing is doubted: see ``trusted``.
    """
    into = SUN_DAYS - days_under_one_sun(block.start_s)
    midnight_s = block.start_s + HALF_DAY_S + (SUN_DAYS // 2 - into) * DAY_S
    return DayView(block, days, sun_day(midnight_s, village), facts)
