"""Readings whose clock is plainly wrong: their time is set right by their receipt, and it is told.

A reading cannot be taken after it was received, nor months before: link and gateway keep readings
for days, a few weeks at most. Both are put right as the live collector's documents would have it:
the freshest reading of a device on a receipt day was taken just then, the others keep their
distance from it. Clocks wrong by less stay as they are, for the detector to see in the sun's path.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.replay.readings import Rows

AHEAD_S = 3600
"""Further ahead of its receipt than this, a time is wrong; less may be the receiver's clock [K]."""
LATEST_S = 60 * 86_400
"""Later than this nothing is delivered; a clock without power began in 1970 or 2000 [K]."""
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a receipt day tells of each system's clock, float32 of shape (systems,).

    ``ahead_h`` is the median of time - received over readings more than an hour ahead, 0 when none
    is, NaN without a receipt. ``lag_h`` is the least of received - time: some seconds for a clock
    that is right, negative for one ahead, hours every day for one that is behind.
    """

    ahead_h: NDArray[np.float32]
    lag_h: NDArray[np.float32]


def set_right(rows: Rows, systems: int) -> tuple[Rows, Clocks]:
    """The readings of one receipt day with believable times, and what their clocks were like."""
    lag_s = rows.received_s - rows.time_s
    least_s = np.full(systems, np.inf)
    np.minimum.at(least_s, rows.system, lag_s)
    ahead, lost = lag_s < -AHEAD_S, lag_s > LATEST_S
    ahead_h = np.where(np.isfinite(least_s), 0.0, np.nan)
    for system in np.unique(rows.system[ahead]).tolist():
        ahead_h[system] = -np.median(lag_s[ahead & (rows.system == system)]) / _HOUR_S
    time_s = rows.time_s.copy()
    for wrong in (ahead, lost):
        freshest_s = np.full(systems, np.inf)
        np.minimum.at(freshest_s, rows.system[wrong], lag_s[wrong])
        time_s[wrong] += freshest_s[rows.system[wrong]].astype(np.int64)
    lag_h = np.where(np.isfinite(least_s), least_s / _HOUR_S, np.nan)
    mended = Rows(rows.system, time_s, rows.received_s, rows.values)
    return mended, Clocks(ahead_h.astype(np.float32), lag_h.astype(np.float32))
