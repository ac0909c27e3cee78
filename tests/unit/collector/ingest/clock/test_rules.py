"""Which times are not believed, and what they are rebuilt to."""

from dataclasses import replace

import numpy as np
import pytest

from collector.domain.reading import ReadingBatch
from collector.fleet.port import Fleet
from collector.ingest.clock.rules import AHEAD_S, EARLIEST_S, LATEST_S, rebuilt, wrong_times
from tests.fixtures.small_fleet import fleet

INSTALLED_S = 1_499_990_400  # 2017-07-14
NOW_S = 1_732_320_000.0
DAY_S = 86_400


def batch(times_s, serial="KPK-0001"):
    values = np.zeros((len(times_s), 12))
    return ReadingBatch.of(serial, times_s, values, boot=1, first_sequence=1, received_s=NOW_S)


def wrong(times_s, serial="KPK-0001", registry=None):
    return wrong_times(
        batch(times_s, serial), registry or fleet(), np.zeros(len(times_s), np.int64)
    ).tolist()


def test_only_what_cannot_be_is_not_believed():
    ahead = int(NOW_S) + AHEAD_S
    times_s = [0, 946_684_800, INSTALLED_S - 2 * DAY_S, INSTALLED_S, int(NOW_S), ahead, ahead + 1]
    assert wrong(times_s) == [True, True, True, False, False, False, True]


def test_a_device_of_unknown_date_is_held_against_the_programmes_beginning():
    assert wrong([EARLIEST_S - 1, EARLIEST_S], "KPK-9999") == [True, False]
    assert wrong([EARLIEST_S - 1, EARLIEST_S], registry=Fleet()) == [True, False]


def test_a_registry_older_than_the_programme_moves_nothing():
    old = fleet()
    systems = tuple(replace(s, installed_on=s.installed_on.replace(year=1999)) for s in old.systems)
    assert wrong([EARLIEST_S - 1], registry=replace(old, systems=systems)) == [True]


@pytest.mark.parametrize(("late", "of", "believed"), [(4, 5, True), (2, 5, False), (4, 4, False)])
def test_where_most_senders_are_ahead_the_receiver_is_late(late, of, believed):
    times_s = [int(NOW_S) + DAY_S] * late + [int(NOW_S)] * (of - late)
    found = wrong_times(batch(times_s), fleet(), np.arange(of))
    assert found.tolist() == ([False] * of if believed else [True] * late + [False] * (of - late))


def times(sequence, device, received=NOW_S, offset=None):
    n = len(sequence)
    received = np.broadcast_to(np.asarray(received, float), n).copy()
    arrays = np.array(sequence, float), np.array(device, float), received
    return (rebuilt(*arrays, offset) - int(NOW_S)).tolist()


def test_a_clock_that_began_wrong_is_moved_until_its_newest_reading_was_taken_at_its_receipt():
    assert times([1, 2, 3], [0, 900, 1800]) == [-1800, -900, 0]
    assert times([3, 1, 2], [1800, 0, 900]) == [0, -1800, -900]
    assert times([7], [NOW_S + DAY_S]) == [0]


def test_readings_of_several_receipts_keep_their_distances():
    assert times([1, 2], [0, 900], [NOW_S, NOW_S + 1000]) == [0, 900]


def test_a_boot_that_was_moved_before_is_moved_alike():
    assert times([9], [8 * 900], offset=NOW_S - 100 * 900) == [-92 * 900]


@pytest.mark.parametrize("offset", [NOW_S, NOW_S - LATEST_S - 9 * 900])
def test_but_never_past_the_receipt_nor_into_the_far_past(offset):
    assert times([9], [8 * 900], offset=offset) == [0]


@pytest.mark.parametrize("device", [[5, 5, 5], [0, 900, 900], [900, 0, 1800], [0, 900, 9**9]])
def test_a_clock_that_stands_or_jumps_gives_only_the_order(device):
    assert times([4, 5, 6], device) == [-2, -1, 0]
    assert times([4, 5, 9], [5, 5, 5]) == [-5, -4, 0]
