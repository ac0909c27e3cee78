"""A full spool is read once, and the account is the same as if it were read each time."""

import random

import pytest

from collector.bootstrap import decode
from collector.ledger.balance import spool_count
from collector.ledger.balance.bootstrap import account_now, open_books
from collector.ledger.balance.spool_count import SpoolCount
from collector.ledger.port import Key
from collector.ledger.repository import SqlLedger
from collector.spool import sqlite, waiting
from tests.unit.collector.ledger.balance.test_account import NOW_S, Place, message

SERIAL = "KPK-0001"
A = Key(SERIAL, SERIAL, 1)


class Busy(Place):
    """Stores a part of what waits; ``later`` lets time pass for the spool."""

    def __init__(self, folder):
        self.now_s = NOW_S
        super().__init__(folder)
        self.spool._clock = lambda: self.now_s
        self.decoded, self.work_s = [], 0.0
        self.count = SpoolCount(self.decode, SqlLedger(self.engine), lambda: self.work_s)

    def decode(self, deliveries, most_rows):
        self.decoded += [d.id for d in deliveries]
        return decode(deliveries, most_rows)

    def notes(self, serials=None):
        return self.count.notes([self.settings.spool_file], serials)

    def store_some(self, many):
        deliveries = self.spool.take(many, 10**8)
        self.note(deliveries, self.ingest.take(deliveries))
        self.spool.settle(deliveries)


@pytest.fixture(name="place")
def place_of(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_count, "FEW", 3)
    monkeypatch.setattr(waiting_after_default(), "__defaults__", (2,))
    place = Busy(tmp_path)
    yield place
    place.close()


def waiting_after_default():
    """Read two deliveries at a time."""
    return waiting.waiting_after


def bring(place, first, many=1):
    for number in range(first, first + many):
        place.bring(SERIAL, message(SERIAL, number, 1))


def test_each_delivery_of_a_full_spool_is_read_once(place):
    bring(place, 1, 7)
    assert place.notes()[0][A].stored == ((1, 7),)
    bring(place, 11, 2)
    for _ in range(3):
        found, unread = place.notes()
        assert (found[A].stored, unread) == (((1, 7), (11, 12)), 0)
    assert place.decoded == list(range(1, 10))
    assert place.notes(["KPK-0009"]) == ({}, 0)


def test_while_few_wait_each_answer_is_read_anew(place):
    bring(place, 1, 3)
    for _ in range(2):
        assert place.notes()[0][A].stored == ((1, 3),)
    assert place.decoded == [1, 2, 3] * 2


def test_what_there_is_no_time_for_is_said_and_read_the_next_time(place):
    bring(place, 1, 9)

    def slow(deliveries, most_rows):
        place.work_s += 0.6 * spool_count.BUDGET_S
        return decode(deliveries, most_rows)

    place.count._decode = slow
    told = [place.notes() for _ in range(4)]
    assert [unread for _, unread in told] == [5, 1, 0, 0]
    assert [found[A].stored for found, _ in told] == [((1, 4),), ((1, 8),), ((1, 9),), ((1, 9),)]


def test_readings_without_a_number_leave_with_what_they_came_in(place):
    for _ in range(8):
        place.bring(SERIAL, message(SERIAL, None, 5))
    loose = A._replace(boot=-1)
    assert place.notes()[0][loose].received == 40
    place.store_some(4)
    assert place.notes()[0][loose].received == 20
    place.store()
    assert place.notes() == ({}, 0)


def test_no_more_is_remembered_than_memory_allows(place, monkeypatch):
    monkeypatch.setattr(spool_count, "MOST_KEYS", 2)
    for _ in range(10):
        place.bring(SERIAL, message(SERIAL, None, 5))
    loose = A._replace(boot=-1)
    found, unread = place.notes()
    assert (found[loose].received, unread) == (20, 6)
    place.store_some(4)
    found, unread = place.notes()
    assert (found[loose].received, unread) == (20, 2)


def test_what_became_backlog_is_the_same_readings(place):
    bring(place, 1, 10)
    assert place.notes()[0][A].stored == ((1, 10),)
    place.now_s += 2 * sqlite.LATE_S
    place.store_some(4)
    assert [d.backlog for d in place.spool.take(99, 10**8)] == [True] * 6
    counted = open_books(place.settings, place.engine).account(None)
    assert counted.account == account_now(place.settings, place.engine).account
    assert counted.account.spooled == 6


def test_without_a_number_too(place):
    for _ in range(10):
        place.bring(SERIAL, message(SERIAL, None, 5))
    loose = A._replace(boot=-1)
    assert place.notes()[0][loose].received == 50
    place.now_s += 2 * sqlite.LATE_S
    place.store_some(4)
    assert [d.backlog for d in place.spool.take(99, 10**8)] == [True] * 6
    assert place.notes()[0][loose].received == 30


@pytest.mark.parametrize("seed", range(12))
def test_the_account_is_the_same_whatever_comes_and_goes(place, seed):
    chance = random.Random(seed)
    books, number = open_books(place.settings, place.engine), 1
    for _ in range(14):
        for _ in range(chance.randrange(6)):
            number += chance.choice([0, 1, 1, 1, 3])
            bring(place, number)
        if chance.random() < 0.4:
            place.now_s += chance.choice([1.0, 2 * sqlite.LATE_S])
            place.store_some(chance.randrange(1, 6))
        counted = books.account(chance.choice([None, [SERIAL]]))
        assert counted.account == account_now(place.settings, place.engine).account
        assert (counted.unread, counted.account.balanced) == (0, True)
