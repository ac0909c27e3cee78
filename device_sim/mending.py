"""What the programme's log says of repairs: which fault ended by which deed, as far as noted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from device_sim.fault import Episode
from device_sim.noise import key_of

_DEEDS = {
    "battery_degraded": "battery_replaced",
    "battery_failed_abruptly": "battery_replaced",
    "panel_soiled": "panel_cleaned",
    "panel_substring_failed": "panel_replaced",
    "panel_degraded": "panel_replaced",
}
_REPAIRED = "repaired"
_GATEWAY_DAYS_MAX = 30.0
_NOTED_SHARE = 0.8
"""One deed in five is never written down [K]."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log, UTC seconds."""

    serial: str
    time_s: int
    event: str


def events_of(episodes: Iterable[Episode], seed: int, start_s: float, end_s: float) -> list[Event]:
    """The deeds of a period that somebody noted, by time and serial."""
    found = _deeds(episodes, seed, start_s, end_s)
    return sorted(found, key=lambda e: (e.time_s, e.serial, e.event))


def _deeds(episodes: Iterable[Episode], seed: int, start_s: float, end_s: float) -> Iterator[Event]:
    for e in episodes:
        lasted_days = e.days_in(e.end_s) if e.end_s < end_s else 0.0
        # A short silence is a gateway's: it comes back by itself.
        by_itself = e.fault == "silent" and lasted_days < _GATEWAY_DAYS_MAX
        noted = key_of(seed, "noted", e.serial, e.start_s) / 2.0**64 < _NOTED_SHARE
        if start_s <= e.end_s < end_s and noted and not by_itself:
            yield Event(e.serial, int(e.end_s), _DEEDS.get(e.fault, _REPAIRED))
