"""Times as devices write them: seconds, milli-, micro- or nanoseconds since 1970, UTC."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Until the year 2286 seconds stay below 1e10; one magnitude apart there is nothing to mistake.
_SECONDS_BELOW = 1e11
_MILLISECONDS_BELOW = 1e14
_MICROSECONDS_BELOW = 1e17
_LARGEST = 1e20


def to_seconds(stamp: object) -> float | None:
    """UTC seconds of a time stamp told apart by its magnitude; None if it is no number."""
    if isinstance(stamp, bool) or not isinstance(stamp, int | float):
        return None
    if not -_SECONDS_BELOW < stamp < _LARGEST or math.isnan(stamp):
        return None
    if stamp < _SECONDS_BELOW:
        return float(stamp)
    if stamp < _MILLISECONDS_BELOW:
        return stamp / 1e3
    if stamp < _MICROSECONDS_BELOW:
        return stamp / 1e6
    return stamp / 1e9


def many_to_seconds(stamps: Sequence[float]) -> NDArray[np.float64]:
    """As ``to_seconds``, of many numbers at once; NaN for one that is no time."""
    found = np.array(stamps, np.float64)
    if (np.abs(found) < _SECONDS_BELOW).all():
        return found
    return np.array([to_seconds(stamp) for stamp in stamps], np.float64)
