"""What the receipt of readings tells of the clocks that stamped them.

A reading cannot be taken after it was received, nor months before: links and gateways keep readings
for days, a few weeks at most. Times that are wrong by more than any day (a clock without power that
began anew in 1970 or 2000) are set right, or the system would seem silent: the freshest reading of
a receipt day was taken just then, the others keep their distance from it. Times wrong by hours stay
as they are, for everybody to see that the sun rises at another hour there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.replay.readings import Rows

AHEAD_S = 3600
"""Further ahead of its receipt than this, a time is wrong; less may be the receiver's clock [K]."""
ASTRAY_S = 86_400
"""A time ahead by more than a day falls on a day that has not been."""
LATEST_S = 60 * 86_400
"""Later than this nothing is delivered; a clock without power began in 1970 or 2000 [K]."""
FEWEST_CLOCKS, MOST_AHEAD = 3, 0.5
"""Clocks go wrong one by one: where most of a fleet's are ahead, the receipts are early [K]."""
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a receipt day tells of each system's clock, float32 of shape (systems,).

    ``ahead_h`` is the median of time - received over the readings whose time is plainly wrong (more
    than an hour ahead, or months behind: below zero), 0 when none is, NaN without a receipt.
    ``lag_h`` is the least of received - time: some seconds for a clock that is right, below zero
    for one ahead, hours on every day for one that is behind. Both are NaN for all on a day on
    which most clocks are ahead: then it is the receiver's that is wrong.
    """

    ahead_h: NDArray[np.float32]
    lag_h: NDArray[np.float32]


def set_right(rows: Rows, systems: int) -> tuple[Rows, Clocks]:
    """The readings of one receipt day with believable times, and what their clocks were like."""
    lag_s = rows.received_s - rows.time_s
    least_s = _least(lag_s, rows.system, systems)
    lost = lag_s > LATEST_S
    wrong = (lag_s < -AHEAD_S) | lost
    ahead_h = np.where(np.isfinite(least_s), 0.0, np.nan)
    for system in np.unique(rows.system[wrong]).tolist():
        ahead_h[system] = -np.median(lag_s[wrong & (rows.system == system)]) / _HOUR_S
    time_s = rows.time_s.copy()
    for astray in (lag_s < -ASTRAY_S, lost):
        freshest_s = _least(lag_s[astray], rows.system[astray], systems)
        time_s[astray] += freshest_s[rows.system[astray]].astype(np.int64)
    lag_h = np.where(np.isfinite(least_s), least_s / _HOUR_S, np.nan)
    if _receiver_is_wrong(ahead_h):
        ahead_h[:], lag_h[:] = np.nan, np.nan
    mended = Rows(rows.system, time_s, rows.received_s, rows.values)
    return mended, Clocks(ahead_h.astype(np.float32), lag_h.astype(np.float32))


def _receiver_is_wrong(ahead_h: NDArray[np.float64]) -> bool:
    """Whether so many clocks are ahead at once that it must be the one they are held against."""
    heard = np.isfinite(ahead_h)
    return int(heard.sum()) >= FEWEST_CLOCKS and bool(np.mean(ahead_h[heard] > 0) > MOST_AHEAD)


def _least(
    lag_s: NDArray[np.int64], system: NDArray[np.int64], systems: int
) -> NDArray[np.float64]:
    """The smallest lag of each system, infinite for one without a reading."""
    least_s = np.full(systems, np.inf)
    np.minimum.at(least_s, system, lag_s)
    return least_s
