"""An upload is acknowledged together with what is settled, and never beyond a hole of both."""

from hypothesis import given
from hypothesis import strategies as st

from collector.ledger.port import Key, Takings
from collector.ledger.ranges import union
from collector.ledger.standing import MOST_RUNS, Note
from collector.ledger.upload_acks import upload_acks
from tests.fixtures.memory_ledger import MemoryLedger

A = Key("gw-boti", "KPK-0001", 7)


def answer(note, numbers, key=A):
    """What is said of an upload of these numbers to a ledger with this news."""
    ledger = MemoryLedger()
    ledger.take("s", Takings(notes={A: note}), 0.0)
    return upload_acks(ledger, key.publisher, {(key.serial, key.boot): numbers})


def entry(rc, *also):
    found = {"sn": A.serial, "b": A.boot, "rc": rc}
    return [found | ({"also": [list(run) for run in also]} if also else {})]


def test_what_fills_a_hole_reaches_to_the_next_one():
    note = Note(stored=((1, 49), (61, 99), (120, 130)))
    assert answer(note, ((50, 60),)) == entry(99)
    assert answer(note, ((50, 55),)) == entry(55)
    assert answer(note, ((100, 110),)) == entry(49, (61, 110))
    assert answer(note, ((5, 8), (119, 119))) == entry(49, (119, 130))


def test_refused_and_lost_are_settled_and_what_is_only_known_is_a_hole():
    note = Note(stored=((1, 4),), refused=((5, 6),), lost=((7, 9),), known=((12, 12),))
    assert answer(note, ((10, 11),)) == entry(11)
    assert answer(Note(known=((1, 3),)), ((4, 9),)) == entry(-1, (4, 9))


def test_a_missing_beginning_stays_missing():
    assert answer(Note(stored=((20, 30),)), ((31, 40),)) == entry(-1, (20, 40))


def test_of_what_the_ledger_does_not_know_nothing_is_said_here():
    note = Note(stored=((1, 9),))
    assert answer(note, ((10, 11),), A._replace(publisher="gw-thief")) == []
    assert answer(note, ((10, 11),), A._replace(boot=8)) == []


def test_nothing_is_given_up_for_an_upload_that_is_too_scattered():
    scattered = tuple((n, n) for n in range(3, 4 * MOST_RUNS, 2))
    (said,) = answer(Note(stored=((1, 1),)), scattered)
    assert said["rc"] == 1
    assert said["also"] == [list(run) for run in scattered]


RUNS = st.sets(st.integers(1, 9), min_size=1).map(lambda n: union((i, i) for i in n))


@given(RUNS, RUNS)
def test_exactly_the_numbers_of_both_are_covered(settled, numbers):
    (said,) = answer(Note(stored=settled), numbers)
    here = {n for first, last in (*settled, *numbers) for n in range(first, last + 1)}
    covered = set(range(1, said["rc"] + 1))
    for first, last in said.get("also", ()):
        covered |= set(range(first, last + 1))
    assert covered <= here
    assert said["rc"] == -1 or said["rc"] + 1 not in here
    assert {n for first, last in numbers for n in range(first, last + 1)} <= covered
