"""The worker lets the spool go on only past what is stored, and never gives up."""

import threading

import numpy as np
import pytest

from collector.domain.fields import FIELDS
from collector.domain.reading import ReadingBatch
from collector.ingest import batch_size
from collector.ingest import worker as worker_module
from collector.ingest.pipeline import Outcome
from collector.ingest.worker import IngestWorker
from collector.spool.delivery import Delivery
from collector.spool.sqlite import SqliteSpool
from collector.store.port import StoreUnavailableError

COUNT = 600


class ScriptedIngest:
    """Fails so many times, then succeeds; notes what it was given."""

    def __init__(self, failures=0):
        self.failures, self.rows = failures, 0
        self.stored = []
        self.tried, self.done = threading.Event(), threading.Event()

    def take(self, deliveries):
        self.tried.set()
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("away")
        self.stored += [int(d.publisher) for d in deliveries]
        of_row, batch = np.zeros(self.rows, np.int64), ReadingBatch.empty()
        if self.rows:
            batch = ReadingBatch.of("A", np.arange(self.rows), np.zeros((self.rows, len(FIELDS))))
        return Outcome(len(deliveries), batch, of_row, of_row >= 0, stored=len(deliveries))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(worker_module, "FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(worker_module, "LAST_RETRY_S", 0.002)
    monkeypatch.setattr(batch_size, "DELIVERIES_AT_ONCE", 100)


@pytest.fixture(name="spool")
def spool_of(tmp_path):
    spool = SqliteSpool(tmp_path / "spool.db", lambda: 0.0, limit_bytes=10**8)
    spool.append([Delivery(str(n), "t", b"", 0.0) for n in range(COUNT)])
    yield spool
    spool.close()


class Books:
    """Notes what it is told of; fails so many times first. ``told`` once the spool let it go."""

    def __init__(self, failures=0):
        self.failures = failures
        self.noted, self.told, self.done = [], [], threading.Event()

    def __call__(self, deliveries, _outcome):
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        numbers = [int(d.publisher) for d in deliveries]
        self.noted += numbers

        def tell():
            self.told += numbers
            if len(self.told) == COUNT:
                self.done.set()
            if numbers[0] == 100:
                raise ValueError("no topic of ours")

        return tell


def run(spool, ingest, books=None):
    books = books or Books()
    worker = IngestWorker(spool, ingest, books)
    worker.start()
    assert books.done.wait(20)
    worker.stop()
    assert worker.idle
    return books.told, worker


def test_each_is_stored_once_in_order_and_its_sender_told(spool):
    ingest = ScriptedIngest()
    told, worker = run(spool, ingest)
    assert told == ingest.stored == list(range(COUNT))
    assert worker.counts.stored == COUNT


def test_a_store_that_is_away_is_tried_until_it_is_back(spool):
    ingest = ScriptedIngest(failures=7)
    told, worker = run(spool, ingest)
    assert told == ingest.stored == list(range(COUNT))
    assert worker.counts.retries == 7
    assert worker.counts.trouble == ""


def test_a_spool_that_cannot_note_it_is_told_again_and_nothing_is_stored_twice(spool, monkeypatch):
    settle, failures = spool.settle, [OSError("disk full"), OSError("disk full")]

    def failing(deliveries):
        if failures:
            raise failures.pop()
        settle(deliveries)

    monkeypatch.setattr(spool, "settle", failing)
    ingest = ScriptedIngest()
    told, worker = run(spool, ingest)
    assert told == list(range(COUNT))
    assert ingest.stored == list(range(COUNT))
    assert worker.counts.stored == COUNT, "counted once, however often it was tried"


def test_books_that_cannot_be_kept_are_tried_again_and_nothing_is_stored_twice(spool):
    ingest, books = ScriptedIngest(), Books(failures=5)
    told, worker = run(spool, ingest, books)
    assert told == books.noted == ingest.stored == list(range(COUNT))
    assert worker.counts.retries == 5


def test_stopped_while_the_store_is_away_everything_still_waits(spool):
    books, ingest = Books(), ScriptedIngest(failures=10**9)
    worker = IngestWorker(spool, ingest, books)
    worker.start()
    assert ingest.tried.wait(10)
    worker.stop()
    assert books.noted == []
    assert spool.state().waiting == COUNT
    assert "away" in worker.counts.trouble


def test_senders_who_cannot_be_told_do_not_end_the_work(spool):
    """The books above fail to tell those of the second batch."""
    ingest = ScriptedIngest()
    run(spool, ingest)
    assert ingest.stored == list(range(COUNT))


def test_nobody_is_told_before_the_spool_has_let_go(spool, monkeypatch):
    books = Books()
    worker = IngestWorker(spool, ScriptedIngest(), books)
    monkeypatch.setattr(spool, "settle", lambda _deliveries: 1 / 0)
    assert not worker.step()
    assert books.noted
    assert books.told == []


def test_the_next_batch_is_waited_for_the_longer_the_more_the_last_one_had(spool):
    ingest = ScriptedIngest()
    worker = IngestWorker(spool, ingest)
    for rows, waited_s in ((0, 0.1), (1_000, 0.55), (2_000, 1.0), (90_000, 1.0)):
        ingest.rows = rows
        assert worker.step()
        assert worker._linger_s == pytest.approx(waited_s)
