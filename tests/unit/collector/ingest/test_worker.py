"""The worker acknowledges only what is durable, in order, and never gives up."""

import threading

import pytest

from collector.domain.reading import ReadingBatch
from collector.ingest import worker as worker_module
from collector.ingest.pipeline import Outcome
from collector.ingest.worker import IngestWorker
from collector.spool.delivery import Delivery
from collector.spool.memory import MemorySpool
from collector.store.port import StoreUnavailableError


class ScriptedIngest:
    """Fails so many times, then succeeds; notes what it was given."""

    def __init__(self, failures=0):
        self.failures = failures
        self.taken = []
        self.tried = threading.Event()

    def take(self, deliveries):
        self.tried.set()
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("away")
        self.taken += deliveries
        return Outcome(stored=len(deliveries), batches=[ReadingBatch.empty()] * len(deliveries))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(worker_module, "FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(worker_module, "LAST_RETRY_S", 0.002)


def deliveries(count, log, done):
    def acknowledge(number):
        log.append(number)
        if len(log) == count:
            done.set()

    return [
        Delivery("p", "t", b"", 0.0, lambda number=number: acknowledge(number))
        for number in range(count)
    ]


def run(ingest, count=600):
    log, done, spool = [], threading.Event(), MemorySpool()
    for one in deliveries(count, log, done):
        spool.put(one)
    worker = IngestWorker(spool, ingest)
    worker.start()
    assert done.wait(20)
    worker.stop()
    assert worker.idle
    return log, worker


def test_acknowledged_once_and_in_order_of_receipt():
    log, worker = run(ScriptedIngest())
    assert log == list(range(600))
    assert worker.counts.stored == 600


def test_a_store_that_is_away_is_tried_until_it_is_back():
    log, worker = run(ScriptedIngest(failures=7))
    assert log == list(range(600))
    assert worker.counts.retries == 7
    assert worker.counts.trouble == ""


def test_stopped_while_the_store_is_away_nothing_is_acknowledged():
    log, ingest, spool = [], ScriptedIngest(failures=10**9), MemorySpool()
    for one in deliveries(3, log, threading.Event()):
        spool.put(one)
    worker = IngestWorker(spool, ingest)
    worker.start()
    assert ingest.tried.wait(10)
    worker.stop()
    assert log == []
    assert "away" in worker.counts.trouble
