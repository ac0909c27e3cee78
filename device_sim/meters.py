"""What faulty meters and clocks make of a day: the trace as a device itself sees it."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collector.domain.fields import FIELD_INDEX
from device_sim.arrays import Array
from device_sim.grid import STEPS_A_DAY
from device_sim.levers import METERS, Levers
from device_sim.trace import DayTrace

_TOLD_BY_CLOCK = frozenset({"mute", "truth", "day", "levers"})
"""What does not move with a device's clock: silence is reckoned in true time."""


def as_metered(trace: DayTrace, before: DayTrace | None) -> DayTrace:
    """The day as its devices record it, with ``before`` the true day before, if there was one.

    The load that is wired past a controller is missing from its meter, meters are off by their
    offsets, and a clock that is ahead gives each moment the values of an earlier one. Other systems
    are left as they are; without any such fault the very trace comes back.
    """
    levers = trace.levers
    if levers is None:
        return trace
    seen = _late(trace, before, levers.clock_steps)
    if levers.bypass.any():
        seen = replace(seen, load_current_a=seen.load_current_a * (1.0 - levers.bypass.T))
    if levers.meter_offset.any():
        seen = _offset(seen, levers.meter_offset)
    return seen


def _late(trace: DayTrace, before: DayTrace | None, steps: NDArray[np.int64]) -> DayTrace:
    wrong = np.flatnonzero(steps)
    if not wrong.size:
        return trace
    before = before or trace
    changed: dict[str, NDArray[Any]] = {}
    for name in (f.name for f in fields(trace) if f.name not in _TOLD_BY_CLOCK):
        values = getattr(trace, name).copy()
        both = np.concatenate([getattr(before, name)[:, wrong], values[:, wrong]])
        for column, row in enumerate(wrong):
            start = STEPS_A_DAY - int(steps[row])
            values[:, row] = both[start : start + STEPS_A_DAY, column]
        changed[name] = values
    return replace(trace, **changed)


def hold_stuck(shown: Array, levers: Levers | None) -> Array:
    """Readings (systems, 96, fields) with stuck meters held, changed in place.

    A meter hangs at what it showed as the UTC day began: the sun is up by then.
    """
    if levers is not None:
        for place, name in enumerate(METERS):
            stuck = levers.meter_stuck[:, place]
            shown[stuck, :, FIELD_INDEX[name]] = shown[stuck, :1, FIELD_INDEX[name]]
    return shown


def _offset(trace: DayTrace, offset: Array) -> DayTrace:
    changed = {
        name: (getattr(trace, name) + offset[:, place]).astype(np.float32)
        for place, name in enumerate(METERS)
    }
    return replace(trace, **changed)
