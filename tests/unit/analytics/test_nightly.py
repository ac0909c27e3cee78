"""Nights walked over a store: tickets raised and closed, nothing twice, nothing out of order."""

from datetime import timedelta

import numpy as np
import pytest

from analytics import judging, look_back
from analytics.look_back import as_of_s
from analytics.nightly import run_nightly
from analytics.status import SystemStatus
from analytics.tickets.port import TicketFilter
from collector.fleet.port import Fleet as Registry
from collector.store.port import StoreUnavailableError
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.memory_book import MemoryBook
from tests.fixtures.village_fleet import nights, registry_of, without_days
from tests.fixtures.village_physics import FIRST_DAY, run
from tests.fixtures.village_runs import DAYS, LIGHTS, mixed_fleet


@pytest.fixture(scope="module")
def village():
    """A disconnected and repaired panel (11), dirt (6), a dark lamp, a dead device (12)."""
    fleet = mixed_fleet()
    fleet.connected[11, 25:35] = False
    fleet.dirt[6] += np.clip((np.arange(DAYS) - 18) * 0.006, 0, 0.3)
    fleet.lamp[LIGHTS.start, 40:] = 0.0
    block = without_days(run(fleet), slice(12, 13), slice(30, DAYS))
    return registry_of(fleet), ArrayStore(block), [s.code for s in fleet.systems]


@pytest.fixture(scope="module")
def walked(village):
    registry, store, _ = village
    book = MemoryBook()
    summary = run_nightly(store, registry, book, nights(0, DAYS - 1))
    return book, summary


def told(book):
    return {
        (t.system, t.fault, t.opened_s, t.closed_s, t.severity, repr(sorted(t.evidence.items())))
        for t in book.tickets.values()
    }


def test_every_fault_has_its_ticket_and_nobody_else_has_one(village, walked):
    _, _, codes = village
    found = {(t.system, t.fault) for t in walked[0].tickets.values()}
    assert found == {
        (codes[11], "panel_disconnected"),
        (codes[6], "panel_soiled"),
        (codes[LIGHTS.start], "lamp_failed"),
        (codes[12], "silent"),
    }


def test_tickets_open_on_the_night_that_knew(village, walked):
    _, _, codes = village
    opened = {t.system: t.opened_s for t in walked[0].tickets.values()}
    assert opened[codes[11]] == as_of_s(FIRST_DAY + timedelta(27))
    assert opened[codes[12]] == as_of_s(FIRST_DAY + timedelta(58))


def test_a_repaired_panel_is_closed_by_the_data(village, walked):
    _, _, codes = village
    (ticket,) = walked[0].find(TicketFilter(frozenset({codes[11]}), open_only=False))
    assert ticket.closed_s == as_of_s(FIRST_DAY + timedelta(36))


def test_every_system_has_its_state(village, walked):
    _, _, codes = village
    book, summary = walked
    states = book.states()
    assert set(states) == set(codes)
    assert states[codes[12]].status is SystemStatus.SILENT
    assert states[codes[6]].status is SystemStatus.WATCH
    assert states[codes[LIGHTS.start]].status is SystemStatus.FAULT
    assert states[codes[0]].status is SystemStatus.OK
    assert sum(summary.states.values()) == len(codes)


def test_the_summary_counts_what_was_done(walked):
    _, summary = walked
    assert (summary.systems, summary.nights, summary.skipped) == (54, DAYS, 0)
    assert (summary.raised, summary.closed, summary.open) == (4, 1, 3)
    assert "4 tickets raised" in str(summary)


def test_one_night_at_a_time_gives_the_same_tickets(village, walked):
    registry, store, _ = village
    book = MemoryBook()
    for night in nights(20, 45):
        run_nightly(store, registry, book, [night])
    at_once = MemoryBook()
    run_nightly(store, registry, at_once, nights(20, 45))
    assert told(book) == told(at_once)


def test_the_last_night_again_changes_nothing(village, walked):
    registry, store, _ = village
    book, _ = walked
    before, changes = told(book), len(book.applied)
    summary = run_nightly(store, registry, book, nights(DAYS - 1, DAYS - 1))
    assert told(book) == before
    assert len(book.applied) == changes
    assert (summary.raised, summary.updated, summary.closed) == (0, 0, 0)


def test_nights_gone_by_are_not_told_anew(village, walked):
    registry, store, _ = village
    book, _ = walked
    before = told(book)
    summary = run_nightly(store, registry, book, nights(20, 30))
    assert (summary.nights, summary.skipped) == (0, 11)
    assert told(book) == before


def test_a_run_that_was_killed_is_finished_by_the_next(village):
    registry, store, _ = village

    class Dies(MemoryBook):
        def apply(self, changes):
            if len(self.applied) == 8:
                raise KeyboardInterrupt
            super().apply(changes)

    broken, whole = Dies(), MemoryBook()
    with pytest.raises(KeyboardInterrupt):
        run_nightly(store, registry, broken, nights(20, 40))
    resumed = MemoryBook()
    resumed.__dict__.update(broken.__dict__)
    run_nightly(store, registry, resumed, nights(20, 40))
    run_nightly(store, registry, whole, nights(20, 40))
    assert told(resumed) == told(whole)


def test_order_and_repetition_of_nights_do_not_matter(village):
    registry, store, _ = village
    asked = nights(24, 34)
    mixed, plain = MemoryBook(), MemoryBook()
    run_nightly(store, registry, mixed, [*asked[::-1], asked[3]])
    run_nightly(store, registry, plain, asked)
    assert told(mixed) == told(plain)


def test_a_gateway_outage_is_one_ticket_and_blocks_its_systems():
    fleet = mixed_fleet(2)
    block = without_days(run(fleet), slice(0, 20), slice(30, 36))
    book = MemoryBook()
    run_nightly(ArrayStore(block), registry_of(fleet, through_gateway=20), book, nights(0, 33))
    (ticket,) = book.tickets.values()
    assert (ticket.system, ticket.fault) == (fleet.systems[0].code, "silent")
    assert ticket.evidence["systems_silent"] == 20
    status = [book.states()[s.code].status for s in fleet.systems]
    assert set(status[:20]) == {SystemStatus.BLOCKED}
    assert set(status[20:]) == {SystemStatus.OK}
    run_nightly(ArrayStore(block), registry_of(fleet, through_gateway=20), book, nights(34, 40))
    assert book.find(TicketFilter()) == []
    assert len(book.tickets) == 1


def test_a_server_that_was_off_accuses_nobody():
    fleet = mixed_fleet(2)
    block = without_days(run(fleet), slice(None), slice(40, DAYS))
    book = MemoryBook()
    registry = registry_of(fleet, through_gateway=20)
    run_nightly(ArrayStore(block), registry, book, nights(0, DAYS - 1))
    assert book.tickets == {}
    assert {s.status for s in book.states().values()} == {SystemStatus.BLOCKED}


def test_progress_counts_nights_and_reaches_the_end(village):
    registry, store, _ = village
    told_progress = []
    run_nightly(
        store, registry, MemoryBook(), nights(20, 24), progress=lambda *p: told_progress.append(p)
    )
    assert told_progress[-1] == (5, 5)
    assert told_progress == sorted(told_progress)


def test_an_empty_registry_and_no_nights_are_no_trouble(village):
    registry, store, _ = village
    assert run_nightly(store, Registry(), MemoryBook(), nights(0, 3)).nights == 0
    assert run_nightly(store, registry, MemoryBook(), []).nights == 0


def test_a_store_out_of_reach_is_told_and_nothing_is_kept(village):
    registry, _, _ = village

    class Away(ArrayStore):
        def block(self, *args):
            raise StoreUnavailableError("away")

    book = MemoryBook()
    with pytest.raises(StoreUnavailableError):
        run_nightly(Away(village[1].held), registry, book, nights(20, 22))
    assert book.applied == []


def test_long_spans_are_judged_on_the_same_history_as_single_nights(village, monkeypatch):
    registry, store, _ = village
    for module in (look_back, judging):
        monkeypatch.setattr(module, "LOOK_BACK_DAYS", 30)
    span, single = MemoryBook(), MemoryBook()
    run_nightly(store, registry, span, nights(40, 55))
    for night in nights(40, 55):
        run_nightly(store, registry, single, [night])
    assert told(span) == told(single)


def test_the_newest_night_looks_ahead_before_it_is_called_done(village):
    registry, store, codes = village
    kept, states_then = [], []
    book = MemoryBook()

    def keep(forecasts):
        kept.append(forecasts)
        states_then.append(max((s.as_of_s for s in book.states().values()), default=0.0))

    run_nightly(store, registry, book, nights(38, 40), keep_forecasts=keep)
    older, newest = kept[:-1], kept[-1]
    assert [list(f) for f in older] == [[], []]
    assert {f.system for f in newest} <= set(codes)
    assert len(newest) > len(codes) / 2
    last_s = as_of_s(nights(40, 40)[0])
    assert {f.as_of_s for f in newest} == {last_s}
    # Stopped in between, the night is due again.
    assert states_then[-1] < last_s == max(s.as_of_s for s in book.states().values())
