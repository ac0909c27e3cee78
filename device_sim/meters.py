"""What faulty meters make of a day: the trace as a device itself sees it."""

from dataclasses import replace

import numpy as np

from collector.domain.fields import FIELD_INDEX
from device_sim.arrays import Array
from device_sim.levers import METERS, Levers
from device_sim.trace import DayTrace


def as_metered(trace: DayTrace) -> DayTrace:
    """The day as its devices record it.

    The load that is wired past a controller is missing from its meter, and meters are off by their
    offsets. Other systems are left as they are; without any such fault the very trace comes back.
    """
    levers = trace.levers
    if levers is None:
        return trace
    seen = trace
    if levers.bypass.any():
        seen = replace(seen, load_current_a=seen.load_current_a * (1.0 - levers.bypass.T))
    if levers.meter_offset.any():
        seen = _offset(seen, levers.meter_offset)
    return seen


def hold_stuck(shown: Array, levers: Levers) -> Array:
    """Readings (systems, 96, fields) with stuck meters held, changed in place.

    A meter hangs at what it showed as the UTC day began: the sun is up by then.
    """
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
