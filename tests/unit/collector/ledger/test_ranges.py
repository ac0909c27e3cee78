"""Sets of numbers as runs, against sets of numbers as they are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ledger.ranges import common, minus, read, size, spelled, union

numbers = st.sets(st.integers(0, 60), max_size=40)


def runs(wanted):
    return union((n, n) for n in wanted)


def plain(found):
    return {n for first, last in found for n in range(first, last + 1)}


@given(numbers, numbers)
def test_they_are_what_sets_are(a, b):
    assert plain(union(runs(a), runs(b))) == a | b
    assert plain(minus(runs(a), runs(b))) == a - b
    assert plain(common(runs(a), runs(b))) == a & b
    assert size(runs(a)) == len(a)


@given(numbers, numbers)
def test_they_are_sorted_and_never_touch(a, b):
    for found in (union(runs(a), runs(b)), minus(runs(a), runs(b))):
        assert all(x[1] + 1 < y[0] for x, y in pairwise(found))
        assert all(first <= last for first, last in found)


@given(numbers)
def test_what_is_written_is_read(a):
    assert read(spelled(runs(a))) == runs(a)


def test_it_is_kept_as_a_person_would_write_it():
    assert spelled(((1, 49), (61, 100), (103, 103))) == "1-49,61-100,103"
    with pytest.raises(ValueError, match="invalid literal"):
        read("1-a")
