"""Thirty devices, five of them dead, on a line whose time is counted: the others keep theirs."""

from collector.gateway.bus import QUIET_S, SETTLE_S
from collector.gateway.poller import Poller
from collector.gateway.port import NoReplyError
from tests.unit.collector.gateway.polling_scene import Scene

READ_S = 0.08
"""A block over 9600 baud, with its gap."""
TIMEOUT_S = 1.0
INTERVAL_S = 900
DEAD = {3, 9, 14, 22, 30}


class TimedScene(Scene):
    """A scene on which reading, waiting for the dead and clearing the line take their time."""

    def __init__(self, units):
        super().__init__(units)
        self.now_s = 900.0 * 2_000_000
        self.poller = Poller(
            self, self.devices, self.kept.append, lambda: self.now_s, monotonic=lambda: self.now_s
        )

    def read(self, unit, block):
        self.now_s += TIMEOUT_S if unit in DEAD else READ_S
        if unit in DEAD:
            raise NoReplyError(str(unit))
        return self.bus.read(unit, block)

    def reset(self):
        self.now_s += SETTLE_S + QUIET_S

    def close(self):
        """Nothing to let go of."""


def test_the_living_are_read_on_schedule_and_the_dead_cost_their_share():
    scene = TimedScene(range(1, 31))
    longest_s, took_s = [], []
    for _ in range(96):
        start_s = scene.now_s
        before = len(scene.kept)
        scene.poller.cycle()
        read = scene.kept[before:]
        assert {r.serial for r in read} == {f"S{u}" for u in range(1, 31) if u not in DEAD}
        longest_s.append(max(r.time_s for r in read) - start_s)
        took_s.append(scene.now_s - start_s)
        scene.now_s = start_s + INTERVAL_S
    alone_s = 25 * 3 * READ_S
    assert longest_s[0] <= alone_s + 5 * (TIMEOUT_S + SETTLE_S + QUIET_S) + 1, "once for each"
    assert max(longest_s[1:]) <= alone_s, "from then on those that failed come last"
    share_s = sum(took_s) / len(took_s) - alone_s
    assert share_s <= 5 * (TIMEOUT_S + SETTLE_S + QUIET_S) / 2, "and are asked ever less"
