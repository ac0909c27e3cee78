"""When a gateway or a whole village falls silent, a hundred systems are not broken."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.tickets.night import Night

NEARLY_ALL = 0.9
"""Share of a group's systems that must be silent together [K]."""
SMALLEST_GROUP = 3
"""Two systems may well die one by one [K]."""
BLOCKED_DAYS, OUTAGE_DAYS = 1, 2
"""Whole days of silence until systems count as blocked, and until the outage becomes a job [K]."""
BACK_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Outages:
    """Silence in groups.

    ``blocked`` (systems,): not judged, their way to us is silent. ``groups``: outages that are a
    job, with the days they last. ``back``: groups that report again. ``deaf``: nobody is heard at
    all, so it is our own receiving end that was down.
    """

    blocked: NDArray[np.bool_]
    groups: dict[int, float]
    back: frozenset[int]
    deaf: bool


def outages(night: Night) -> Outages:
    """Which groups are silent as a whole. Systems that were never heard count for nothing."""
    blocked = np.zeros(len(night.systems), bool)
    groups: dict[int, float] = {}
    back: set[int] = set()
    down = judged = 0
    for group in range(len(night.group_is_gateway)):
        mine = night.group == group
        days = night.silent_days[mine & np.isfinite(night.silent_days)]
        if days.size < SMALLEST_GROUP:
            continue
        judged += 1
        if np.mean(days == 0) >= BACK_SHARE:
            back.add(group)
        if np.mean(days >= BLOCKED_DAYS) < NEARLY_ALL:
            continue
        down += 1
        blocked |= mine
        if np.mean(days >= OUTAGE_DAYS) >= NEARLY_ALL:
            groups[group] = float(np.min(days[days >= OUTAGE_DAYS]))
    deaf = judged > 1 and down == judged
    return Outages(blocked, {} if deaf else groups, frozenset(back), deaf)
