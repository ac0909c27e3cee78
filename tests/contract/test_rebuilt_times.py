"""What is decided about a wrong clock holds for ever, on SQLite and PostgreSQL, for all who ask."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from collector.ingest.clock import repository
from collector.ingest.clock.port import Boot, Decided
from collector.ingest.clock.repository import KEPT_S, PRUNE_EVERY_S, SqlRebuiltTimes
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


def test_what_was_decided_long_ago_is_forgotten_some_serials_at_a_time(engine, monkeypatch):
    monkeypatch.setattr(repository, "PRUNE_SERIALS", 2)
    now_s, old_s = 1_700_000_000, 1_700_000_000 - KEPT_S - 1
    clock = [0.0]
    times = SqlRebuiltTimes(engine, lambda: clock[0])
    serials = [f"KPK-000{n}" for n in range(5)]
    for serial in serials:
        times.decide(Boot(serial, 7), [Decided(1, 1.0, old_s), Decided(2, 2.0, old_s + 1)])
    times.decide(Boot("KPK-0000", 7), [Decided(3, 3.0, now_s)])
    assert len(times.between(serials, 0, 2**40)) == 11, "it was looked for just now"
    left = [11]
    for number in range(4, 8):
        clock[0] += PRUNE_EVERY_S
        times.decide(Boot("KPK-0000", 7), [Decided(number, 4.0, now_s)])
        left.append(len(times.between(serials, 0, 2**40)) - (number - 3))
    assert left == [11, 9, 7, 6, 6], "and then it begins anew"
    assert {time_s for _, time_s, _ in times.between(serials[1:], 0, 2**40)} == {old_s + 1}
    assert len(times.boots()) == 5


def test_that_nothing_can_be_forgotten_now_keeps_no_decision_from_being_made(engine, monkeypatch):
    times = SqlRebuiltTimes(engine)

    def locked(*_):
        raise OperationalError("DELETE", {}, Exception("database is locked"))

    monkeypatch.setattr(repository, "delete", locked)
    assert sorted(times.decide(BOOT, FIRST), key=lambda d: d.sequence) == FIRST
    assert times.decided(BOOT, 0, 99) != []
