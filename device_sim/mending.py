"""What the programme's log says of repairs: which fault ended by which deed, as far as noted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from collector.domain.clock import DAY_S
from device_sim.fault import Episode
from device_sim.grid import day_of
from device_sim.noise import key_of
from device_sim.truth import DayTruth

_REPLACED = "battery_replaced"
_DEEDS = {
    "battery_degraded": _REPLACED,
    "battery_failed_abruptly": _REPLACED,
    "panel_soiled": "panel_cleaned",
    "panel_substring_failed": "panel_replaced",
    "panel_degraded": "panel_replaced",
}
_REPAIRED = "repaired"
_GATEWAY_DAYS_MAX = 30.0
_NOTED_SHARE = 0.8
"""One deed in five is never written down [K]."""
_LATE_DAYS = 2.0
_MORNING_S = 2 * 3600
"""Ten or eleven in the morning there: when people come with a new battery."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A worn battery made way for a new one at a moment [UTC s]."""

    serial: str
    time_s: float


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log, UTC seconds."""

    serial: str
    time_s: int
    event: str


def events_of(
    episodes: Iterable[Episode],
    seed: int,
    span_s: tuple[float, float],
    renewals: Iterable[Renewal] = (),
) -> list[Event]:
    """What somebody noted in a period, by time and serial: repairs and worn batteries renewed.

    It bears the moment at which it was noted, up to two days after the deed.
    """
    deeds = [*_deeds(episodes, span_s[1])]
    deeds += [(r.serial, r.time_s, _REPLACED) for r in renewals]
    noted = (_noted(seed, *deed) for deed in deeds)
    found = [e for e in noted if e and span_s[0] <= e.time_s < span_s[1]]
    return sorted(found, key=lambda e: (e.time_s, e.serial, e.event))


def renewals_of(
    serials: Sequence[str], days: Iterable[DayTruth], episodes: Iterable[Episode]
) -> Iterator[Renewal]:
    """Batteries that were replaced because they were worn, with no fault's end to tell of it."""
    by_fault = {(e.serial, day_of(e.end_s)) for e in episodes if e.end_s < float("inf")}
    for truth in days:
        for row in np.flatnonzero(truth.renewed).tolist():
            if (serials[row], truth.day) not in by_fault:
                yield Renewal(serials[row], truth.day * DAY_S + _MORNING_S)


def _deeds(episodes: Iterable[Episode], end_s: float) -> Iterator[tuple[str, float, str]]:
    for e in episodes:
        lasted_days = e.days_in(e.end_s) if e.end_s < end_s else 0.0
        # A short silence is a gateway's: it comes back by itself.
        by_itself = e.fault == "silent" and lasted_days < _GATEWAY_DAYS_MAX
        if e.end_s < end_s and not by_itself:
            yield e.serial, e.end_s, _DEEDS.get(e.fault, _REPAIRED)


def _noted(seed: int, serial: str, time_s: float, event: str) -> Event | None:
    """The line about a deed, if anybody wrote one."""
    draw, delay = (key_of(seed, what, serial, time_s) / 2.0**64 for what in ("noted", "delay"))
    if draw >= _NOTED_SHARE:
        return None
    # Half of what is noted is noted at once.
    late_days = max(0.0, 2.0 * delay - 1.0) * _LATE_DAYS
    return Event(serial, int(time_s + late_days * DAY_S), event)
