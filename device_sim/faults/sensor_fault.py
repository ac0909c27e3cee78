"""A meter that is off, drifts or hangs: one of the currents, or the battery's voltage.

The system itself works on; severity is the offset [A], or 1 when the meter is stuck.
"""

import numpy as np
from numpy.typing import NDArray

from device_sim.fault import Episode, Fault, Span
from device_sim.levers import METERS, Levers

CODE = "sensor_fault"
_CURRENTS = tuple(METERS.index(f"{end}_current_a") for end in ("pv", "battery", "load"))
_STUCK = (METERS.index("pv_current_a"), METERS.index("battery_voltage_v"))
_STUCK_SHARE = 0.3


def draw(rng: np.random.Generator, serial: str, span: Span) -> Episode:
    """Seven of ten drift off within three weeks, the others show one value all day long."""
    start_s, end_s = span.spell(rng, 15.0, ends=0.3, lasts_days=(15.0, 60.0))
    if rng.random() < _STUCK_SHARE:
        shape = {
            "meter": float(rng.choice(_STUCK)),
            "stuck": 1.0,
            "offset_a": 0.0,
            "drift_days": 0.0,
        }
        return Episode(CODE, serial, start_s, end_s, 1.0, shape)
    offset_a = rng.uniform(0.15, 0.6)
    sign = rng.choice([-1.0, 1.0])
    shape = {
        "meter": float(rng.choice(_CURRENTS)),
        "stuck": 0.0,
        # A panel's or a load's meter stops at nought, so those that read too low go unseen.
        "offset_a": float(offset_a * sign),
        "drift_days": float(rng.choice([0.5, 7.0, 20.0])),
    }
    if shape["meter"] != METERS.index("battery_current_a"):
        shape["offset_a"] = offset_a
    return Episode(CODE, serial, start_s, end_s, float(offset_a), shape)


def act(episode: Episode, levers: Levers, row: int, times_s: NDArray[np.int64]) -> None:
    """The meter's offset as far as it has drifted, or a meter that hangs."""
    noon_s = float(times_s[len(times_s) // 2])
    if not episode.start_s <= noon_s < episode.end_s:
        return
    meter, shape = int(episode.shape["meter"]), episode.shape
    if shape["stuck"]:
        levers.meter_stuck[row, meter] = True
        return
    along = min(1.0, episode.days_in(noon_s) / shape["drift_days"])
    levers.meter_offset[row, meter] += shape["offset_a"] * along


FAULTS = (
    # One device in forty a year: shunts, solder joints, worn converters [K].
    Fault(CODE, 0.025, draw, act),
)
