"""A silent gateway is one thing, its systems are many."""

import numpy as np

from analytics.tickets.night import Night
from analytics.tickets.outage import outages


def night(silent, groups=None, gateways=(True,)):
    silent = np.asarray(silent, np.float32)
    group = np.zeros(silent.size, np.int32) if groups is None else np.asarray(groups, np.int32)
    codes = tuple(f"S{i:02d}" for i in range(silent.size))
    return Night(0.0, codes, group, gateways, silent, np.full(silent.size, 30, np.int32), {})


def test_all_heard_is_no_outage():
    found = outages(night([0] * 10))
    assert not found.blocked.any()
    assert found.groups == {}
    assert found.back == {0}


def test_one_day_blocks_and_two_make_a_job():
    one, two = outages(night([1] * 10)), outages(night([2] * 10))
    assert one.blocked.all()
    assert one.groups == {}
    assert two.groups == {0: 2.0}
    assert two.back == frozenset()


def test_nine_of_ten_are_nearly_all():
    assert outages(night([3] * 9 + [0])).groups == {0: 3.0}
    assert outages(night([3] * 8 + [0, 0])).groups == {}


def test_the_last_silence_dates_the_outage():
    assert outages(night([30, 4, 4, 4, 4])).groups == {0: 4.0}


def test_two_systems_are_no_group():
    assert outages(night([5, 5])).groups == {}


def test_systems_never_heard_count_for_nothing():
    found = outages(night([0, 0, 0, np.nan, np.nan, np.nan, np.nan]))
    assert not found.blocked.any()
    assert found.back == {0}
    assert outages(night([np.nan] * 8)).groups == {}


def test_it_is_back_when_half_report():
    assert outages(night([4, 4, 0, 0])).back == {0}
    assert outages(night([4, 4, 4, 0])).back == frozenset()


def test_groups_are_judged_apart():
    found = outages(night([3] * 5 + [0] * 5, [0] * 5 + [1] * 5, (True, False)))
    assert found.groups == {0: 3.0}
    assert found.blocked.tolist() == [True] * 5 + [False] * 5


def test_when_nobody_is_heard_it_is_our_own_ear():
    found = outages(night([3] * 10, [0] * 5 + [1] * 5, (True, False)))
    assert found.deaf
    assert found.blocked.all()
    assert found.groups == {}


def test_a_fleet_of_one_gateway_is_not_deaf():
    assert not outages(night([3] * 10)).deaf
