"""Acknowledged after the sync, in order; a spool that takes nothing makes the doors wait."""

import threading

import pytest

from collector.spool import group_commit as module
from collector.spool.delivery import Delivery
from collector.spool.group_commit import GroupCommit
from collector.spool.port import SpoolUnavailableError


class ScriptedSpool:
    """Takes everything in, but fails so many times first; notes each append."""

    def __init__(self, failures=0):
        self.failures = failures
        self.groups = []
        self.tried = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def append(self, deliveries):
        self.tried.set()
        self.gate.wait(20)
        if self.failures:
            self.failures -= 1
            raise SpoolUnavailableError("disk full")
        self.groups.append([d.publisher for d in deliveries])


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(module, "FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(module, "LAST_RETRY_S", 0.002)


def delivery(number, size=10):
    return Delivery(str(number), "t", b"x" * size, 0.0)


def told(count):
    """(numbers told, event set when all are, maker of acknowledgements)."""
    log, done = [], threading.Event()

    def acknowledge(number):
        log.append(number)
        if len(log) == count:
            done.set()

    return log, done, lambda number: lambda: acknowledge(number)


def test_many_become_durable_together_and_are_told_in_order():
    spool = ScriptedSpool()
    spool.gate.clear()
    log, done, tell = told(500)
    entry = GroupCommit(spool)
    entry.start()
    for number in range(500):
        entry.put(delivery(number), tell(number))
    assert log == [], "nothing is told before the sync"
    assert not entry.idle
    spool.gate.set()
    assert done.wait(20)
    entry.stop()
    assert log == list(range(500))
    assert [name for group in spool.groups for name in group] == [str(n) for n in range(500)]
    assert len(spool.groups) <= 3


def test_a_full_disk_is_waited_out():
    spool, (log, done, tell) = ScriptedSpool(failures=7), told(3)
    entry = GroupCommit(spool)
    entry.start()
    for number in range(3):
        entry.put(delivery(number), tell(number))
    assert done.wait(20)
    entry.stop()
    assert log == [0, 1, 2]
    assert entry.retries == 7
    assert entry.trouble == ""


def test_stopped_while_the_disk_is_full_nothing_is_told():
    spool, (log, _, tell) = ScriptedSpool(failures=10**9), told(1)
    entry = GroupCommit(spool)
    entry.start()
    entry.put(delivery(0), tell(0))
    assert spool.tried.wait(20)
    entry.stop()
    assert log == []
    assert entry.trouble == "disk full"
    assert entry.put(delivery(1), tell(1)) is False


def test_doors_wait_when_too_much_waits_and_are_let_go_at_the_end(monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING_BYTES", 10_000)
    spool, (_, _, tell) = ScriptedSpool(), told(9)
    spool.gate.clear()
    entry = GroupCommit(spool)
    entry.start()
    answers = []
    door = threading.Thread(
        target=lambda: answers.extend(entry.put(delivery(n, 4_000), tell(n)) for n in range(9))
    )
    door.start()
    assert spool.tried.wait(20)
    door.join(0.3)
    assert len(answers) < 9, "the door should be waiting"
    spool.gate.set()
    door.join(20)
    assert answers == [True] * 9
    entry.stop()


def test_one_who_cannot_be_told_keeps_nobody_else_waiting():
    spool, (log, done, tell) = ScriptedSpool(), told(1)

    def broken():
        raise OSError("the connection is gone")

    entry = GroupCommit(spool)
    entry.start()
    entry.put(delivery(0), broken)
    entry.put(delivery(1), tell(1))
    assert done.wait(20)
    entry.stop()
    assert log == [1]


class StumblingSpool(ScriptedSpool):
    """Raises what no spool should."""

    def append(self, deliveries):
        if self.failures:
            self.failures -= 1
            raise MemoryError
        super().append(deliveries)


def test_no_error_whatsoever_ends_the_thread_that_senders_wait_for():
    spool, (log, done, tell) = StumblingSpool(failures=3), told(1)
    entry = GroupCommit(spool)
    entry.start()
    entry.put(delivery(0), tell(0))
    assert done.wait(20)
    entry.stop()
    assert (log, entry.retries) == ([0], 3)


def test_long_topics_count_as_what_waits(monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING_BYTES", 50_000)
    entry = GroupCommit(ScriptedSpool())
    assert entry.put(Delivery("a", "t" * 65_000, b"", 0.0), lambda: None)
    door = threading.Thread(target=lambda: entry.put(delivery(1), lambda: None))
    door.start()
    door.join(0.1)
    assert door.is_alive(), "the second should wait"
    entry.stop()
    door.join(20)
