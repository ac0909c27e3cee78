"""The worker lets the spool go on only past what is stored, and never gives up."""

import threading

import numpy as np
import pytest

from collector.domain.reading import ReadingBatch
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
        self.failures = failures
        self.stored = []
        self.tried, self.done = threading.Event(), threading.Event()

    def take(self, deliveries):
        self.tried.set()
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("away")
        self.stored += [int(d.publisher) for d in deliveries]
        none = np.zeros(0, np.int64)
        return Outcome(len(deliveries), ReadingBatch.empty(), none, stored=len(deliveries))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(worker_module, "FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(worker_module, "LAST_RETRY_S", 0.002)
    monkeypatch.setattr(worker_module, "DELIVERIES_AT_ONCE", 100)


@pytest.fixture(name="spool")
def spool_of(tmp_path):
    spool = SqliteSpool(tmp_path / "spool.db", lambda: 0.0, limit_bytes=10**8)
    spool.append([Delivery(str(n), "t", b"", 0.0) for n in range(COUNT)])
    yield spool
    spool.close()


def run(spool, ingest):
    told, done = [], threading.Event()

    def taken(deliveries, _batch, _of_row):
        told.extend(int(d.publisher) for d in deliveries)
        if len(told) == COUNT:
            done.set()

    worker = IngestWorker(spool, ingest, taken)
    worker.start()
    assert done.wait(20)
    worker.stop()
    assert worker.idle
    return told, worker


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


def test_stopped_while_the_store_is_away_everything_still_waits(spool):
    told, ingest = [], ScriptedIngest(failures=10**9)
    worker = IngestWorker(spool, ingest, lambda *one: told.append(one))
    worker.start()
    assert ingest.tried.wait(10)
    worker.stop()
    assert told == []
    assert spool.state().waiting == COUNT
    assert "away" in worker.counts.trouble


def test_one_sender_who_cannot_be_told_does_not_end_the_work(spool):
    ingest, told, done = ScriptedIngest(), [], threading.Event()

    def taken(deliveries, _batch, _of_row):
        told.extend(int(d.publisher) for d in deliveries)
        if len(told) == COUNT:
            done.set()
        if told[-1] % 50 == 0:
            raise ValueError("no topic of ours")

    worker = IngestWorker(spool, ingest, taken)
    worker.start()
    assert done.wait(20)
    worker.stop()
    assert ingest.stored == list(range(COUNT))


def test_a_pause_that_the_store_asks_for_is_kept_but_not_for_ever(spool):
    ingest = ScriptedIngest()
    worker = IngestWorker(spool, ingest)
    for asked_s, kept_s in ((17.0, 17.0), (1e9, worker_module.LONGEST_ASKED_S), (0.0, 0.0)):
        ingest.take = busy_for(asked_s)
        assert not worker.step()
        assert worker._pause_asked_for_s == kept_s


def busy_for(pause_s):
    def take(_deliveries):
        raise StoreUnavailableError("too many requests", pause_s)

    return take
