"""A number that costs a query is asked for now and then, and never waited for long."""

import threading

from collector.watch import sampled
from collector.watch.sampled import EVERY_S, TOO_OLD_S, Sampled
from tests.fixtures.running_collector import eventually


class Source:
    def __init__(self):
        self.now_s, self.asked, self.error = 0.0, 0, None
        self.free = threading.Event()
        self.free.set()
        self.sampled = Sampled(self.ask, lambda: self.now_s)

    def ask(self):
        self.asked += 1
        mine = self.asked
        self.free.wait(20)
        if self.error:
            raise self.error
        return mine


def test_it_is_asked_once_in_a_while_and_told_to_all():
    source = Source()
    assert [source.sampled() for _ in range(5)] == [1] * 5
    source.now_s = EVERY_S + 1
    assert source.sampled() == 2
    assert source.asked == 2


def test_a_database_that_fails_is_asked_again_and_too_old_a_number_is_none():
    source = Source()
    source.error = OSError("away")
    assert source.sampled() is None
    source.error = None
    assert source.sampled() == 2
    source.error, source.now_s = OSError("away"), TOO_OLD_S
    assert source.sampled() == 2
    source.now_s = TOO_OLD_S + 1
    assert source.sampled() is None


def test_one_that_hangs_holds_up_nobody_and_is_asked_but_once(monkeypatch):
    monkeypatch.setattr(sampled, "WAIT_S", 0.01)
    source = Source()
    source.free.clear()
    assert [source.sampled() for _ in range(3)] == [None] * 3
    assert source.asked == 1
    source.free.set()
    eventually(lambda: source.sampled() == 1)
