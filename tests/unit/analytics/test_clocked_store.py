"""Clocks that the collector had to set right are found by the nightly run, and only those."""

from datetime import timedelta

import numpy as np
import pytest

from analytics.clocked_store import with_clocks
from analytics.nightly import run_nightly
from collector.domain.clock import DAY_S, day_start_s
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.memory_book import MemoryBook
from tests.fixtures.small_fleet import INSTALLED_S, fleet
from tests.fixtures.village_fleet import nights, registry_of
from tests.fixtures.village_physics import FIRST_DAY, run
from tests.fixtures.village_runs import mixed_fleet

START_S = day_start_s(FIRST_DAY, "UTC")
YEARS_S = 24 * 365 * DAY_S


def rebuilt(serial, days, off_s, hours=(6, 12)):
    return [
        (serial, START_S + d * DAY_S + h * 3600, START_S + d * DAY_S + h * 3600 + off_s)
        for d in days
        for h in hours
    ]


def store_telling(rows, registry, store=None):
    def between(serials, start_s, end_s):
        return [r for r in rows if r[0] in serials and start_s <= r[1] < end_s]

    return with_clocks(store, lambda: registry, between)


@pytest.mark.parametrize(
    ("off_s", "ahead_h", "lag_h"),
    [(2 * DAY_S, 48, -48), (-YEARS_S, -24 * 24 * 365, 24 * 24 * 365), (1800, 0, -0.5)],
)
def test_a_day_of_rebuilt_times_says_how_wrong_the_clock_was(off_s, ahead_h, lag_h):
    store = store_telling(rebuilt("KPK-0002", [1], off_s), fleet())
    found = store.clock_columns(["A", "B"], FIRST_DAY, 3)
    np.testing.assert_allclose(found["clock_ahead_h"], [[0, 0, 0], [0, ahead_h, 0]])
    np.testing.assert_allclose(found["clock_lag_h"], [[0, 0, 0], [0, lag_h, 0]])


def test_readings_count_for_the_system_that_the_device_measured_then():
    from collector.domain.device import Assignment

    moved_s = START_S + 2 * DAY_S
    registry = fleet(
        Assignment("KPK-0001", "A", INSTALLED_S, moved_s), Assignment("KPK-0001", "B", moved_s)
    )
    store = store_telling(rebuilt("KPK-0001", [1, 2], DAY_S), registry)
    ahead = store.clock_columns(["A", "B"], FIRST_DAY, 4)["clock_ahead_h"]
    assert (ahead > 0).tolist() == [[False, True, False, False], [False, False, True, False]]


def test_everything_else_is_the_stores_own():
    class Store:
        def count(self):
            return 7

    assert store_telling([], fleet(), Store()).count() == 7


def test_the_nightly_run_opens_a_ticket_for_the_clock_and_closes_it_when_it_is_right():
    village = mixed_fleet()
    registry, codes = registry_of(village), [s.code for s in village.systems]
    serial = registry.by_system[codes[3]][0].serial
    rows = rebuilt(serial, range(20, 26), -YEARS_S)
    store = store_telling(rows, registry, ArrayStore(run(village)))
    book = MemoryBook()
    run_nightly(store, registry, book, nights(18, 40))
    (ticket,) = [t for t in book.tickets.values() if t.fault == "clock_fault"]
    assert ticket.system == codes[3]
    opened = FIRST_DAY + timedelta(days=(ticket.opened_s - START_S) // DAY_S)
    assert FIRST_DAY + timedelta(days=20) < opened <= FIRST_DAY + timedelta(days=24)
    assert ticket.closed_s is not None
