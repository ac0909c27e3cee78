"""Delays are noted once a batch is in the books, of live ones and backlog apart."""

import pytest

from collector.spool.delivery import Delivery
from collector.watch.delays import Delays

NOW_S = 1_000.0
LIVE = Delivery("a", "t", b"", NOW_S - 4.0, id=1)
BACKLOG = Delivery("a", "t", b"", NOW_S - 5_000.0, backlog=True, id=2)


def test_each_kind_has_its_own_and_the_senders_are_told_as_before():
    told, entered = [], []
    delays = Delays(lambda d, o: entered.append((d, o)) or (lambda: told.append(d)), lambda: NOW_S)
    tell = delays([LIVE, BACKLOG], "outcome")
    assert entered == [([LIVE, BACKLOG], "outcome")]
    assert told == []
    tell()
    assert told == [[LIVE, BACKLOG]]
    assert {kind: spread.sum_s for kind, spread in delays.took.items()} == {
        "live": 4.0,
        "backlog": 5_000.0,
    }


def test_what_the_books_did_not_take_is_not_stored_yet():
    def fail(*_):
        raise OSError("no database")

    delays = Delays(fail, lambda: NOW_S)
    with pytest.raises(OSError, match="no database"):
        delays([LIVE], None)
    assert delays.took["live"].sum_s == 0.0
