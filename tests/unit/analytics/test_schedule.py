"""Every night is judged once; missed ones are made up for."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from analytics.archive.memory import MemoryArchive
from analytics.look_back import as_of_s
from analytics.schedule import (
    AFTER_MIDNIGHT_S,
    MOST_MISSED_NIGHTS,
    NightlySchedule,
    nights_due,
    seconds_until_next,
)
from analytics.tickets.outcome import Outcome, Role
from analytics.tickets.port import Changes
from analytics.tickets.ticket import Ticket, TicketState
from tests.fixtures.array_store import ArrayStore
from tests.fixtures.memory_book import MemoryBook
from tests.fixtures.village_fleet import nights, registry_of
from tests.fixtures.village_physics import Fleet, run, systems


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now_s", "last", "due"),
    [
        (at(22, 12), None, [22]),
        (at(22, 12), 21, [22]),
        (at(22, 12), 22, []),
        (at(22, 12), 19, [20, 21, 22]),
        (at(22, 0, 5), 21, []),
        (at(22, 0, 10), 21, [22]),
        (at(22, 12), 25, []),
    ],
)
def test_nights_due(now_s, last, due):
    found = nights_due(now_s, date(2026, 11, last) if last else None)
    assert found == [date(2026, 11, day) for day in due]


def test_after_a_long_stop_only_the_last_nights_are_judged():
    found = nights_due(at(22, 12), date(2025, 1, 1))
    assert len(found) == MOST_MISSED_NIGHTS
    assert found[-1] == date(2026, 11, 22)


def test_the_next_night_is_due_shortly_after_midnight():
    assert seconds_until_next(at(22, 23)) == 3600 + AFTER_MIDNIGHT_S
    assert seconds_until_next(at(22, 0, 10)) == 86_400


def test_missed_nights_are_judged_on_kept_indicators_and_on_what_was_told():
    """The second night reads a day of readings, not the year; and it knows of the repair."""
    fleet = Fleet(systems(6), 20, seed=2)
    registry, store, book = registry_of(fleet), ArrayStore(run(fleet)), MemoryBook()
    code = fleet.systems[0].code
    book.apply(
        Changes(0.0, raised=[Ticket(0, code, "silent", TicketState.VERIFIED, 0.5, 0.0, 0.0, 1.0)])
    )
    book.record_outcome(1, Outcome("battery_degraded", as_of_s(nights(9, 9)[0]), Role.TECHNICIAN))
    now = [as_of_s(nights(10, 10)[0]) + 3600.0]
    source = SimpleNamespace(load=lambda: registry)
    schedule = NightlySchedule(store, source, book, MemoryArchive(), lambda: now[0])
    assert schedule.judge_due() == 1
    assert schedule.judge_due() == 0
    before = store.reads
    now[0] += 2 * 86_400.0
    assert schedule.judge_due() == 2
    assert store.reads == before + 1
    assert set(book.states()) == {s.code for s in fleet.systems}
