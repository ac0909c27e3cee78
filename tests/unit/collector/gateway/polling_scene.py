"""A bus in memory, some devices on it, and what the poller delivered."""

from collections import deque

from collector.gateway.device import Device
from collector.gateway.poller import Poller
from collector.gateway.port import BusDownError, NoReplyError
from tests.fixtures.small_map import small_map

NOW_S = 1_700_000_000.5


class MemoryBus:
    """Answers ``unit * 100 + offset``; ``trouble[unit]`` is raised instead, one for each read."""

    def __init__(self):
        self.trouble = {}
        self.dead = set()
        self.away = False
        self.asked = []
        self.resets = 0

    def read(self, unit, block):
        self.asked.append((unit, block.name))
        if self.away:
            raise BusDownError("away")
        if unit in self.dead:
            raise NoReplyError(str(unit))
        if self.trouble.get(unit):
            error = self.trouble[unit].popleft()
            if error:
                raise error
        return [unit * 100 + i for i in range(block.count)]

    def reset(self):
        self.resets += 1
        if self.away:
            raise BusDownError("still away")

    def close(self):
        """Nothing to let go of."""


class Scene:
    """A bus with some devices, and what was delivered."""

    def __init__(self, units, controller=None):
        self.bus = MemoryBus()
        self.kept = []
        self.now_s = NOW_S
        self.uptime_s = 0.0
        self.devices = [Device(f"S{u}", u, controller or small_map()) for u in units]
        self.poller = Poller(
            self.bus,
            self.devices,
            self.kept.append,
            lambda: self.now_s,
            monotonic=lambda: self.uptime_s,
        )

    def trouble(self, unit, *errors):
        self.bus.trouble[unit] = deque(errors)
