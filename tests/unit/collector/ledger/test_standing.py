"""Every number is in one place, and news may come in any order and however often."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ledger import standing as standing_module
from collector.ledger.ranges import size, union
from collector.ledger.standing import BEGINNING, WIDEST_HOLE, Note, Standing

FATES = ("stored", "refused", "lost", "known")
notes = st.lists(
    st.tuples(st.sampled_from(FATES), st.integers(0, 40), st.integers(0, 9)), max_size=8
)


def learned(*news):
    found = Standing()
    for fate, first, more in news:
        found.take(Note(**{fate: ((first, first + more),)}))
    return found


def taken(*runs):
    found = Standing()
    for run in runs:
        found.take(Note(stored=(run,), received=run[1] - run[0] + 1))
    return found


@given(notes)
def test_sent_is_stored_refused_lost_and_missing(news):
    found = learned(*news)
    told = found.counts()
    assert told["sent"] == told["stored"] + told["refused"] + told["lost"] + told["missing"]
    assert told["missing"] == size(found.holes)


@given(notes)
def test_news_learned_twice_changes_nothing(news):
    assert learned(*news, *news).counts() == learned(*news).counts()


@given(st.lists(st.sampled_from([(f, n, 3) for f in FATES for n in (1, 3, 6)]), max_size=4))
def test_the_order_of_the_news_does_not_matter(news):
    wanted = learned(*news)
    for order in permutations(news):
        found = learned(*order)
        assert (found.settled, found.refused, found.lost, found.known) == (
            wanted.settled,
            wanted.refused,
            wanted.lost,
            wanted.known,
        )


def test_the_best_that_became_of_a_number_counts():
    assert learned(("lost", 1, 0), ("refused", 1, 0)).counts()["refused"] == 1
    assert learned(("stored", 1, 0), ("refused", 1, 0), ("lost", 1, 0)).counts()["stored"] == 1


def test_a_hole_is_seen_and_never_covered():
    found = taken((1, 49), (61, 100))
    assert found.holes == ((50, 60),)
    assert found.complete_upto == 49
    found.take(Note(stored=((50, 55),)))
    assert (found.holes, found.complete_upto) == (((56, 60),), 55)
    found.take(Note(lost=((56, 60),), reason="outbox full"))
    assert (found.holes, found.complete_upto, found.reason) == ((), 100, "outbox full")
    assert found.counts()["lost"] == 5


@pytest.mark.parametrize(("first", "missing"), [(0, 0), (1, 0), (5, 4), (BEGINNING, BEGINNING - 1)])
def test_numbers_begin_at_0_or_1_so_what_is_below_the_first_is_missing(first, missing):
    found = taken((first, first + 9))
    assert found.counts()["missing"] == missing
    assert (found.complete_upto == -1) == (missing > 0)


def test_a_device_that_has_counted_for_years_begins_where_it_is_heard_first():
    found = taken((18_231, 18_240))
    assert (found.holes, found.complete_upto) == ((), 18_240)


def test_a_counter_that_jumps_opens_no_hole():
    found = taken((1, 9), (WIDEST_HOLE + 100, WIDEST_HOLE + 101), (2**53, 2**53))
    assert found.counts()["sent"] == 12
    assert found.complete_upto == 9


def test_readings_that_came_again_are_counted_so():
    assert taken((1, 10), (1, 10), (5, 12)).counts()["duplicates"] == 16


def test_rows_of_a_message_too_large_are_missing_until_they_come():
    found = Standing()
    found.take(Note(known=((1, 2_500),)))
    assert found.holes == ((1, 2_500),)
    found.take(Note(stored=((1, 2_500),)))
    assert found.counts()["stored"] == 2_500


def test_a_device_gone_mad_is_followed_in_bounded_memory(monkeypatch):
    monkeypatch.setattr(standing_module, "MOST_RUNS", 50)
    found = Standing()
    for number in range(1, 2_001, 2):
        fate = "refused" if number % 4 == 1 else "stored"
        found.take(Note(**{fate: ((number, number),)}, received=1))
    told = found.counts()
    assert len(found.settled) + len(found.refused) + len(found.lost) <= 50
    assert told["sent"] == 1_999
    assert (told["stored"], told["refused"], told["lost"] + told["missing"]) == (500, 500, 999)
    assert union(found.settled) == found.settled
