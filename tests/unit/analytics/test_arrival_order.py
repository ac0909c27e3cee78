"""In which order readings were stored changes no ticket; nor does a walk in one run or in many."""

import numpy as np
import pytest

from analytics.archive.memory import MemoryArchive
from analytics.look_back import as_of_s
from analytics.nightly import run_nightly
from analytics.tickets.port import TicketFilter
from collector.domain.clock import DAY_S
from tests.fixtures.memory_book import MemoryBook
from tests.fixtures.receipt_store import ReceiptStore, readings_of
from tests.fixtures.village_fleet import nights, registry_of, without_days
from tests.fixtures.village_physics import Fleet, run, systems

DAYS, SYSTEMS = 52, 10


@pytest.fixture(scope="module")
def record():
    """Ten homes: a panel away from day 20 on, a device silent from day 22, two devices late."""
    fleet = Fleet(systems(SYSTEMS), DAYS, seed=5)
    fleet.connected[3, 20:] = False
    batch = readings_of(without_days(run(fleet), slice(7, 8), slice(22, DAYS)))
    rng = np.random.default_rng(3)
    day = (batch.time_s - batch.time_s.min()) // DAY_S
    late_s = rng.choice([0, 0, 1, 4], (SYSTEMS, DAYS + 1)) * DAY_S
    late_s[[0, 1, 4, 5, 6, 8, 9]] = 0
    late_s[:, DAYS - 5 :] = 0
    batch.received_s = batch.time_s + 60.0 + late_s[batch.serial_code, day]
    return registry_of(fleet), batch


def walked(registry, batch):
    """Every night judged on what was received by then."""
    store, book, archive = ReceiptStore(batch), MemoryBook(), MemoryArchive()
    for night in nights(12, DAYS - 1):
        store.now_s = as_of_s(night)
        run_nightly(store, registry, book, [night], archive=archive)
    return book


def told(book):
    tickets = [
        (t.system, t.fault, t.state, t.opened_s, t.closed_s, t.severity, repr(t.evidence))
        for t in book.tickets.values()
    ]
    return sorted(tickets, key=repr), book.states()


def test_the_order_of_arrival_changes_no_ticket(record):
    registry, batch = record
    as_received = batch.take(np.argsort(batch.received_s, kind="stable"))
    first = told(walked(registry, as_received))
    faults = {fault for _, fault, *_ in first[0]}
    assert {"panel_disconnected", "silent"} <= faults
    rng = np.random.default_rng(11)
    shuffled = batch.take(rng.permutation(len(batch)))
    assert told(walked(registry, shuffled)) == first


def test_late_readings_count_once_they_are_there(record):
    """On time or up to four days late: once all is there, the same tickets are open."""
    registry, batch = record
    prompt = batch.take(np.arange(len(batch)))
    prompt.received_s = prompt.time_s + 60.0
    late, on_time = (walked(registry, lot) for lot in (batch, prompt))
    assert {t.key for t in late.find(TicketFilter())} == {
        t.key for t in on_time.find(TicketFilter())
    }
    states = [{c: s.status for c, s in book.states().items()} for book in (late, on_time)]
    assert states[0] == states[1]
