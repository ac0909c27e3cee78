"""The registry at hand: fresh enough, whatever the clock does."""

import pytest

from collector.fleet.cache import MAX_AGE_S, MIN_AGE_S, CachedFleet
from tests.fixtures.small_fleet import fleet


class CountedSource:
    loads = 0

    def load(self):
        self.loads += 1
        return fleet()


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
