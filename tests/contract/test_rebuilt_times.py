"""What is decided about a wrong clock holds for ever, on SQLite and PostgreSQL, for all who ask."""

from dataclasses import replace

import pytest

from collector.ingest.clock.port import Boot, Decided
from collector.ingest.clock.repository import SqlRebuiltTimes
from tests.fixtures.memory_times import MemoryTimes

BOOT = Boot("KPK-0001", 7)
FIRST = [Decided(5, 100.0, 1_000_100), Decided(6, 1000.0, 1_001_000)]


@pytest.fixture(params=["sql", "memory"])
def times(request, engine):
    """The fixture that tests use instead is held to the same."""
    return MemoryTimes() if request.param == "memory" else SqlRebuiltTimes(engine)


def test_nothing_is_known_at_first(times):
    assert times.boots() == {}
    assert times.decided(BOOT, 0, 2**53) == []


def test_what_is_decided_stays(times):
    assert sorted(times.decide(BOOT, FIRST), key=lambda d: d.sequence) == FIRST
    again = [
        replace(FIRST[0], time_s=5),
        replace(FIRST[1], time_s=6),
        Decided(7, 1900.0, 1_001_900),
    ]
    now = sorted(times.decide(BOOT, again), key=lambda d: d.sequence)
    assert now == [*FIRST, again[2]]
    assert times.decided(BOOT, 6, 6) == [FIRST[1]]
    assert times.boots() == {BOOT: 1_000_000.0}


def test_boots_and_serials_are_apart(times):
    times.decide(BOOT, FIRST)
    other = Boot("KPK-0002", 7)
    assert times.decide(other, FIRST[:1]) == FIRST[:1]
    assert times.decided(Boot("KPK-0001", 8), 0, 99) == []
    assert set(times.boots()) == {BOOT, other}


def test_no_two_readings_of_a_serial_get_the_same_second(times):
    times.decide(BOOT, FIRST)
    clash = [Decided(n, 0.0, 1_001_000) for n in (1, 2, 3)]
    found = times.decide(Boot("KPK-0001", 8), clash)
    assert sorted(d.time_s for d in found) == [1_000_997, 1_000_998, 1_000_999]
    assert [d.time_s for d in sorted(found, key=lambda d: d.sequence)] == sorted(
        d.time_s for d in found
    ), "in the order of their numbers"


def test_another_collector_sees_it_at_once(engine):
    one, two = SqlRebuiltTimes(engine), SqlRebuiltTimes(engine)
    assert two.boots() == {}
    one.decide(BOOT, FIRST)
    assert two.boots() == {BOOT: 1_000_000.0}
    assert two.decide(BOOT, [replace(FIRST[0], time_s=5)]) == FIRST[:1]


def test_what_was_rebuilt_is_found_by_serial_and_time(engine):
    times = SqlRebuiltTimes(engine)
    assert times.between(["KPK-0001"], 0, 2**40) == []
    times.decide(BOOT, FIRST)
    times.decide(Boot("KPK-0002", 1), FIRST[:1])
    assert times.between(["KPK-0001", "KPK-0009"], 1_000_100, 1_001_000) == [
        ("KPK-0001", 1_000_100, 100.0)
    ]
