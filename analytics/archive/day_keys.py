"""From what a day's indicators were computed: a number for each day that changes with the registry.

A day depends on the devices that measured its systems, on what is known of those systems and on
where the village lies. Systems without a device on a day leave it as it was: a new household does
not make the old days of its neighbours anew.
"""

import math
from datetime import date
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.day_view import HALF_DAY_S
from analytics.load import Neighbourhood
from collector.domain.clock import DAY_S, day_start_s
from collector.domain.device import Assignment, System
from collector.fleet.port import Fleet

Keys = NDArray[np.uint64]
_MASK = 2**64 - 1


def day_keys(fleet: Fleet, place: Neighbourhood, first_day: date, days: int) -> Keys:
    """A key for each local day, shape (days,); equal keys mean equal devices and facts.

    A day reads from the noon before it to its end, and a device counts while it is assigned. The
    sum of the devices' hashes is used, so that their order does not matter.
    """
    start_s = day_start_s(first_day, place.village.timezone)
    steps = [0] * (days + 1)
    for system in place.systems:
        for assignment in fleet.by_system.get(system.code, ()):
            _count(steps, system, assignment, start_s, days)
    village = place.village
    total = _hash(village.timezone, village.latitude, village.longitude)
    keys = np.empty(days, np.uint64)
    for day in range(days):
        total = (total + steps[day]) & _MASK
        keys[day] = total or 1
    return keys


def _count(steps: list[int], system: System, device: Assignment, start_s: int, days: int) -> None:
    """Add a device's hash on the days it had a part in, as differences from day to day."""
    from_s = device.from_s - start_s
    until_s = math.inf if device.until_s is None else device.until_s - start_s
    first = max(0, from_s // DAY_S)
    end = days if until_s == math.inf else min(days, -(-int(until_s + HALF_DAY_S) // DAY_S))
    if first >= end:
        return
    whole_from = max(first, -(-(from_s + HALF_DAY_S) // DAY_S))
    whole_end = end if until_s == math.inf else min(end, int(until_s) // DAY_S)
    whole = range(whole_from, max(whole_from, whole_end))
    if whole:
        _add(steps, whole.start, whole.stop, _hash(device.serial, system))
    for day in (*range(first, min(whole.start, end)), *range(max(first, whole.stop), end)):
        window = (day * DAY_S - HALF_DAY_S, (day + 1) * DAY_S)
        span = (max(from_s, window[0]) - window[0], min(until_s, window[1]) - window[0])
        _add(steps, day, day + 1, _hash(device.serial, system, span))


def _add(steps: list[int], first: int, end: int, value: int) -> None:
    steps[first] += value
    steps[end] -= value


def _hash(*facts: object) -> int:
    return int.from_bytes(blake2b(repr(facts).encode(), digest_size=8).digest(), "big")
