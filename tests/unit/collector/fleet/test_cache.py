"""The registry at hand: fresh enough, whatever the clock does."""

import pytest

from collector.domain.device import Assignment
from collector.fleet.cache import MAX_AGE_S, MIN_AGE_S, CachedFleet
from collector.fleet.port import Fleet
from tests.fixtures.small_fleet import fleet


class CountedSource:
    loads = looks = 0
    large = False

    def load(self):
        self.loads += 1
        return fleet()

    def is_larger_than(self, many):
        self.looks += 1
        return self.large

    def of_serials(self, serials):
        return Fleet(assignments=tuple(Assignment(s, "BOT-0001-0", 0) for s in serials))


class Hand:
    now_s = 1_732_233_600.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def source():
    return CountedSource()


@pytest.fixture
def cached(source, hand):
    cached = CachedFleet(source, hand)
    cached.load()
    return cached


def test_it_is_looked_up_again_after_its_age(cached, source, hand):
    hand.now_s += MAX_AGE_S
    cached.load()
    assert source.loads == 1
    hand.now_s += 1
    cached.load()
    assert source.loads == 2


def test_a_serial_nobody_knows_makes_it_look_sooner_but_not_each_time(cached, source, hand):
    cached.knowing(["KPK-0001"])
    cached.knowing(["KPK-9999"])
    assert source.loads == 1
    hand.now_s += MIN_AGE_S + 1
    cached.knowing(["KPK-0001"])
    assert source.loads == 1
    cached.knowing(["KPK-9999"])
    assert source.loads == 2


def test_a_clock_set_back_a_day_does_not_freeze_it(cached, source, hand):
    hand.now_s -= 86_400
    cached.load()
    assert source.loads == 2


def test_a_registry_too_large_for_memory_is_asked_for_what_is_needed(source, hand):
    source.large = True
    cached = CachedFleet(source, hand)
    for serials in (["A", "B"], ["C"]):
        assert list(cached.knowing(iter(serials)).by_serial) == serials
    assert (source.loads, source.looks) == (0, 1)
    hand.now_s += MAX_AGE_S + 1
    source.large = False
    assert "KPK-0001" in cached.knowing(["KPK-0001"]).by_serial
    assert (source.loads, source.looks) == (1, 2)
