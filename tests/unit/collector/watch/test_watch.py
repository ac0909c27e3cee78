"""Ready and not ready, alarms in time, each told once."""

import pytest
from structlog.testing import capture_logs

from collector.spool.port import SpoolState, SpoolUnavailableError
from collector.watch.watch import AWAY_S, Watch, Watched


class World:
    def __init__(self):
        self.now_s, self.filled, self.dropped = 1_000.0, 0.1, 0
        self.entry = self.store = self.spool_error = ""
        self.connected = True
        watched = Watched(
            self.spool,
            lambda: self.entry,
            lambda: self.store,
            lambda: self.connected,
            lambda: self.dropped,
        )
        self.watch = Watch(watched, lambda: self.now_s)

    def spool(self):
        if self.spool_error:
            raise SpoolUnavailableError(self.spool_error)
        return SpoolState(5, int(self.filled * 1_000), 0, 1_000, 1.0)

    def look_for(self, seconds):
        self.watch.look()
        self.now_s += seconds
        self.watch.look()

    def wrong(self):
        return {k for k, said in self.watch.checks().items() if said != "ok"}


@pytest.fixture
def world():
    return World()


def test_in_good_times_it_is_ready_and_quiet(world):
    world.look_for(9 * AWAY_S)
    assert world.watch.checks() == {"spool": "ok", "store": "ok", "broker": "ok"}
    assert world.watch.alarms() == {}


@pytest.mark.parametrize(
    ("filled", "ready", "alarms"),
    [(0.69, True, set()), (0.70, True, {"spool"}), (0.95, False, {"spool"})],
)
def test_a_spool_that_fills_alarms_before_it_is_full(world, filled, ready, alarms):
    world.filled = filled
    assert (world.wrong() == set()) is ready
    assert set(world.watch.alarms()) == alarms


def test_a_spool_that_cannot_be_used_is_not_ready_at_once(world):
    world.spool_error = "no space left on device"
    assert world.watch.checks()["spool"] == "no space left on device"
    world.spool_error, world.entry = "", "disk I/O error"
    assert world.watch.checks()["spool"] == "disk I/O error"


@pytest.mark.parametrize("what", ["store", "broker"])
def test_what_is_away_for_a_moment_is_waited_for_and_then_not_ready(world, what):
    world.store = "InfluxDB answered 503" if what == "store" else ""
    world.connected = what != "broker"
    world.look_for(AWAY_S)
    assert world.wrong() == set()
    world.look_for(1.0)
    assert world.wrong() == {what}
    assert set(world.watch.alarms()) == {what}
    world.store, world.connected = "", True
    world.watch.look()
    assert world.wrong() == set()
    world.store, world.connected = "again", False
    world.look_for(AWAY_S)
    assert world.wrong() == set(), "the time before does not count"


def test_messages_that_the_broker_dropped_are_an_alarm(world):
    world.dropped = 3
    world.watch.look()
    assert "dropped 3 messages" in world.watch.alarms()["broker_dropped"]
    assert world.wrong() == set()


def test_each_alarm_is_logged_when_it_begins_and_when_it_ends(world):
    world.filled = 0.8
    with capture_logs() as logs:
        world.watch.look()
        world.watch.look()
        world.filled = 0.2
        world.watch.look()
        world.watch.look()
    assert [(log["event"], log["kind"]) for log in logs] == [
        ("alarm", "spool"),
        ("alarm is over", "spool"),
    ]
