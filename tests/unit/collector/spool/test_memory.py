"""A full spool makes the door wait; nothing is dropped."""

import threading

from collector.spool.delivery import Delivery
from collector.spool.memory import MemorySpool


def delivery(number):
    return Delivery(str(number), "t", b"", 0.0, lambda: None)


def test_first_in_first_out():
    spool = MemorySpool()
    for number in range(5):
        assert spool.put(delivery(number))
    assert [d.publisher for d in spool.take(3, 0)] == ["0", "1", "2"]
    assert [d.publisher for d in spool.take(9, 0)] == ["3", "4"]
    assert spool.take(9, 0) == []


def test_empty_only_when_what_was_taken_is_settled():
    spool = MemorySpool()
    assert spool.empty
    spool.put(delivery(1))
    assert not spool.empty
    spool.take(1, 0)
    assert not spool.empty
    spool.settled()
    assert spool.empty


def test_a_full_spool_waits_until_there_is_room():
    spool = MemorySpool(capacity=2)
    put = []
    door = threading.Thread(target=lambda: put.extend(spool.put(delivery(n)) for n in range(5)))
    door.start()
    taken = []
    while len(taken) < 5:
        batch = spool.take(1, 5)
        assert len(spool) <= 2
        taken += batch
    door.join(5)
    assert put == [True] * 5
    assert [d.publisher for d in taken] == list("01234")


def test_closing_lets_a_waiting_door_go_with_a_no():
    spool = MemorySpool(capacity=1)
    spool.put(delivery(0))
    answers = []
    door = threading.Thread(target=lambda: answers.append(spool.put(delivery(1))))
    door.start()
    spool.close()
    door.join(5)
    assert answers == [False]
    assert len(spool) == 0
