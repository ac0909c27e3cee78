"""One consistent look at the fleet, kept for a few seconds so that a page costs little."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from analytics.prognosis.system_forecast import SystemForecast
from analytics.tickets.port import TicketFilter
from analytics.tickets.ticket import SystemState, SystemStatus, Ticket
from api.services import Services
from collector.domain.clock import Clock
from collector.domain.device import Assignment, System, Village
from collector.fleet.port import Fleet

REGISTRY_AGE_S = 10.0
"""Registry, states and open tickets may be this old on a page."""
NEWEST_AGE_S = 60.0
"""The time of the newest reading may be this old: devices report every 15 minutes."""

T = TypeVar("T")


@dataclass(frozen=True)
class Snapshot:
    """Registry, judgements, open tickets and forecasts as of ``at_s`` (UTC seconds)."""

    at_s: float
    fleet: Fleet
    states: Mapping[str, SystemState]
    open_tickets: tuple[Ticket, ...]
    forecasts: Mapping[str, SystemForecast] = field(default_factory=dict)

    @cached_property
    def tickets_of(self) -> Mapping[str, tuple[Ticket, ...]]:
        """Open tickets of each house code, earliest deadline first."""
        found: dict[str, list[Ticket]] = {}
        for ticket in sorted(self.open_tickets, key=lambda t: t.due_s):
            found.setdefault(ticket.system, []).append(ticket)
        return {code: tuple(tickets) for code, tickets in found.items()}

    @cached_property
    def systems_of(self) -> Mapping[str, tuple[System, ...]]:
        """Systems of each village, by code; villages without systems are there too."""
        found: dict[str, list[System]] = {name: [] for name in self.fleet.villages}
        for system in self.fleet.systems:
            found.setdefault(system.village, []).append(system)
        return {name: tuple(systems) for name, systems in found.items()}

    def status(self, code: str) -> SystemStatus:
        """The state of a system; one never judged is new."""
        state = self.states.get(code)
        return SystemStatus.NEW if state is None else state.status

    def village(self, system: System) -> Village:
        """Where a system stands."""
        return self.fleet.villages[system.village]

    def device_now(self, code: str) -> Assignment | None:
        """The device that measures a system now, None when there is none."""
        for assignment in reversed(self.fleet.by_system.get(code, ())):
            if assignment.from_s <= self.at_s and (
                assignment.until_s is None or self.at_s < assignment.until_s
            ):
                return assignment
        return None


class _Kept(Generic[T]):
    """A value made at most once in ``age_s``; one thread makes it, the others wait for it."""

    def __init__(self, make: Callable[[], T], age_s: float, clock: Clock) -> None:
        self._make, self._age_s, self._clock = make, age_s, clock
        self._lock = threading.Lock()
        self._held: tuple[float, T] | None = None

    def get(self) -> T:
        """The value; errors of making it reach the caller and are not remembered."""
        with self._lock:
            now = self._clock()
            if self._held is None or not 0 <= now - self._held[0] < self._age_s:
                self._held = (now, self._make())
            return self._held[1]


class FleetView:
    """The fleet as requests see it. One per application; safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._snapshot = _Kept(self._load, REGISTRY_AGE_S, services.clock)
        self._newest = _Kept(self._load_newest, NEWEST_AGE_S, services.clock)

    def now(self) -> Snapshot:
        """Registry, states and open tickets, at most ``REGISTRY_AGE_S`` old."""
        return self._snapshot.get()

    def newest_s(self) -> Mapping[str, float]:
        """UTC seconds of the newest reading of each system that has one, by house code."""
        return self._newest.get()

    def _load(self) -> Snapshot:
        services = self._services
        return Snapshot(
            at_s=services.clock(),
            fleet=services.fleet.load(),
            states=services.book.states(),
            open_tickets=tuple(services.book.find(TicketFilter())),
            forecasts=services.forecasts.forecasts(),
        )

    def _load_newest(self) -> Mapping[str, float]:
        fleet = self.now().fleet
        batch = self._services.store.latest(sorted({a.serial for a in fleet.assignments}))
        newest: dict[str, float] = {}
        for code, time_s in zip(batch.serial_code.tolist(), batch.time_s.tolist(), strict=True):
            system = fleet.system_at(batch.serials[code], time_s)
            if system is not None:
                newest[system.code] = max(time_s, newest.get(system.code, time_s))
        return newest
