"""The spool keeps what it promised, gives it in order, and gives way only of what is stored."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from collector.spool import forgetting, sqlite
from collector.spool.delivery import ROW_BYTES, Delivery
from collector.spool.port import SpoolFullError
from collector.spool.sqlite import LATE_S, LIVE_SHARE, SqliteSpool
from tests.fixtures.deliveries import MANY, MUCH, delivery, names


def test_first_in_first_out_and_the_same_again_until_settled(spool):
    spool.append([delivery(n) for n in range(5)])
    spool.append([delivery(5)])
    first = spool.take(3, MUCH)
    assert names(first) == ["0", "1", "2"] == names(spool.take(3, MUCH))
    spool.settle(first)
    assert names(spool.take(MANY, MUCH)) == ["3", "4", "5"]


def test_everything_of_a_delivery_comes_back(spool):
    sent = Delivery("gw-1", "shs/v1/gw-1/data", b"\x00\xff{", 1.5, "application/cbor", True)
    spool.append([sent])
    (back,) = spool.take(MANY, MUCH)
    assert (back.publisher, back.topic, back.payload) == (sent.publisher, sent.topic, sent.payload)
    assert (back.received_s, back.content_type, back.backlog) == (1.5, "application/cbor", True)
    assert back.id > 0


def test_live_ones_go_first_and_the_backlog_still_moves(spool):
    spool.append([delivery(f"old{n}", backlog=True) for n in range(100)])
    spool.append([delivery(f"new{n}") for n in range(100)])
    taken = names(spool.take(20, MUCH))
    live = int(20 * LIVE_SHARE)
    assert taken == [f"new{n}" for n in range(live)] + [f"old{n}" for n in range(20 - live)]


def test_live_ones_that_are_late_let_new_ones_pass_once_the_store_is_back(spool, clock):
    spool.append([delivery(f"late{n}") for n in range(100)])
    clock.now_s = LATE_S + 1
    spool.append([delivery(f"new{n}", at_s=clock.now_s) for n in range(8)])
    first = spool.take(10, MUCH)
    assert names(first) == [f"late{n}" for n in range(10)], "nothing is moved while it is away"
    spool.settle(first)
    then = spool.take(10, MUCH)
    assert names(then) == [*(f"new{n}" for n in range(7)), "late10", "late11", "late12"]
    assert [d.backlog for d in then] == [False] * 7 + [True] * 3
    spool.settle(then)
    spool.settle(first)
    rest = spool.take(MANY, MUCH)
    assert names(rest) == ["new7", *(f"late{n}" for n in range(13, 100))]
    assert spool.state().waiting == len(rest)
    assert len({d.id for d in (*first, *then, *rest)}) == 108, "an id is never given twice"


def test_late_ones_are_moved_some_at_a_time_and_outlive_the_process(tmp_path, clock, monkeypatch):
    monkeypatch.setattr(sqlite, "MOVED_BYTES", 3 * (1_000 + ROW_BYTES) + 100)
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6)
    spool.append([delivery(f"late{n}", size=1_000) for n in range(9)])
    clock.now_s = LATE_S + 1
    spool.settle(spool.take(1, MUCH))
    assert [d.backlog for d in spool.take(MANY, MUCH)] == [False] * 5 + [True] * 3
    before = spool.state()
    spool.close()
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6)
    assert spool.state() == before
    assert sorted(names(spool.take(MANY, MUCH))) == [f"late{n}" for n in range(1, 9)]
    spool.close()


def test_what_may_be_in_the_books_keeps_its_id_when_the_file_is_opened(
    tmp_path, clock, monkeypatch
):
    monkeypatch.setattr(sqlite, "MAYBE_ENTERED", 6)
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6)
    spool.append([delivery(f"late{n}") for n in range(10)])
    entered = [d.id for d in spool.take(6, MUCH)]
    spool.close()
    clock.now_s = LATE_S + 1
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6)
    spool.settle(spool.take(2, MUCH))
    then = spool.take(MANY, MUCH)
    assert names(then) == [f"late{n}" for n in range(2, 10)]
    assert [d.backlog for d in then] == [False] * 4 + [True] * 4, "the others let new ones pass"
    assert [d.id for d in then[:4]] == entered[2:]
    spool.close()


def test_backlog_alone_fills_the_whole_batch(spool):
    spool.append([delivery(n, backlog=True) for n in range(30)])
    assert len(spool.take(20, MUCH)) == 20


def test_a_batch_stays_within_its_bytes_but_holds_one_at_least(spool):
    spool.append([delivery(n, size=1_000) for n in range(5)])
    assert names(spool.take(MANY, 2 * (1_000 + ROW_BYTES))) == ["0", "1"]
    assert names(spool.take(MANY, 1)) == ["0"]


def test_a_full_spool_takes_nothing_in_and_loses_nothing(spool):
    spool.append([delivery("a", size=900_000)])
    with pytest.raises(SpoolFullError, match="SULUH_SPOOL_MAX_MB"):
        spool.append([delivery("b", size=200_000)])
    spool.settle(spool.take(MANY, MUCH))
    spool.append([delivery("b", size=200_000)])
    assert names(spool.take(MANY, MUCH)) == ["b"]


def test_an_empty_spool_takes_a_message_larger_than_all_it_may_hold(spool):
    spool.append([delivery("huge", size=2_000_000)])
    assert names(spool.take(MANY, 1)) == ["huge"]


def test_what_waits_outlives_the_process_and_what_is_settled_does_not_come_again(tmp_path, clock):
    path = tmp_path / "spool.db"
    one = SqliteSpool(path, clock, limit_bytes=10**6)
    one.append([delivery(n, backlog=n % 2 == 0) for n in range(6)])
    one.settle(one.take(2, MUCH))
    rest, state = names(one.take(MANY, MUCH)), one.state()
    one.close()
    two = SqliteSpool(path, clock, limit_bytes=10**6)
    assert len(rest) == 4
    assert names(two.take(MANY, MUCH)) == rest
    assert two.state() == state
    two.close()


def test_settled_ones_are_kept_a_while_and_can_be_stored_again(tmp_path, clock):
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6, keep_s=100.0)
    spool.append([delivery(n, at_s=n * 50.0) for n in range(4)])
    clock.now_s = 150.0
    spool.settle(spool.take(MANY, MUCH))
    assert spool.take(MANY, MUCH) == []
    assert spool.store_again(since_s=100.0) == 2
    assert names(spool.take(MANY, MUCH)) == ["2", "3"]
    spool.settle(spool.take(MANY, MUCH))
    assert spool.store_again(since_s=0.0) == 3, "the first is older than what is kept"
    spool.close()


def test_what_is_kept_gives_way_to_what_waits(tmp_path, clock):
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10_000, keep_s=1e9)
    for n in range(50):
        spool.append([delivery(n, size=1_000)])
        spool.settle(spool.take(MANY, MUCH))
        assert spool.state().kept_bytes <= 10_000
    assert spool.state().kept_bytes > 0
    spool.close()


def test_what_is_let_wait_again_while_it_is_being_stored_is_not_settled_by_that(tmp_path, clock):
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6, keep_s=1e9)
    spool.append([delivery(n, backlog=n % 2 == 0) for n in range(8)])
    spool.settle(spool.take(4, MUCH))
    at_hand = spool.take(MANY, MUCH)
    assert spool.store_again(since_s=-1.0) == 4
    spool.settle(at_hand)
    again = spool.take(MANY, MUCH)
    assert sorted(names(again)) == [str(n) for n in range(8)]
    spool.settle(again)
    assert (spool.state().waiting, spool.take(MANY, MUCH)) == (0, [])
    spool.close()


def test_settling_twice_is_settling_once(spool):
    spool.append([delivery(n) for n in range(4)])
    taken = spool.take(2, MUCH)
    spool.settle(taken)
    spool.settle(taken)
    assert spool.state().waiting == 2
    assert names(spool.take(MANY, MUCH)) == ["2", "3"]


def test_a_clock_set_back_lets_rather_too_many_wait_again(tmp_path, clock):
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**6, keep_s=1e9)
    spool.append([delivery(n, at_s=at_s) for n, at_s in enumerate([10.0, 90.0, 20.0, 95.0])])
    spool.settle(spool.take(MANY, MUCH))
    spool.store_again(since_s=80.0)
    assert names(spool.take(MANY, MUCH)) == ["1", "2", "3"]
    spool.close()


def test_settling_costs_the_same_however_much_is_kept(tmp_path, clock, monkeypatch):
    monkeypatch.setattr(forgetting, "PRUNE_AT_ONCE", 50)
    spool = SqliteSpool(tmp_path / "spool.db", clock, limit_bytes=10**8, keep_s=1e9)
    steps = []
    for _ in range(12):
        spool.append([delivery(n) for n in range(200)])
        taken, count = spool.take(MANY, MUCH), [0]
        spool._open.set_progress_handler(lambda c=count: c.__setitem__(0, c[0] + 1), 10)
        spool.settle(taken)
        steps.append(count[0])
    assert steps[-1] <= 1.5 * steps[2]
    spool.close()


def test_state_tells_what_waits_and_since_when(spool):
    assert spool.state().oldest_s is None
    spool.append([delivery(1, at_s=70.0), delivery(2, at_s=50.0, backlog=True)])
    state = spool.state()
    assert (state.waiting, state.oldest_s) == (2, 50.0)
    assert 0 < state.filled < 0.01


class SpoolAgainstLists(RuleBasedStateMachine):
    """Whatever the order of calls, the spool behaves as two lists would."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "spool.db"
        self.spool = SqliteSpool(self.path, lambda: 0.0, limit_bytes=10**9)
        self.live, self.old, self.count = [], [], 0

    @rule(kinds=st.lists(st.booleans(), max_size=6))
    def append(self, kinds):
        new = [delivery(self.count + i, backlog=kind) for i, kind in enumerate(kinds)]
        self.count += len(kinds)
        self.spool.append(new)
        for one in new:
            (self.old if one.backlog else self.live).append(one.publisher)

    @rule(many=st.integers(1, 8))
    def take_and_settle(self, many):
        taken = self.spool.take(many, MUCH)
        assert bool(taken) == bool(self.live or self.old)
        assert any(d.backlog for d in taken) >= bool(self.old)
        for mine, backlog in ((self.live, False), (self.old, True)):
            got = [d.publisher for d in taken if d.backlog is backlog]
            assert got == mine[: len(got)]
            del mine[: len(got)]
        self.spool.settle(taken)

    @rule(many=st.integers(1, 8))
    def let_wait_again_while_stored(self, many):
        taken = self.spool.take(many, MUCH)
        self.spool.store_again(since_s=1.0)
        self.spool.settle(taken)
        self.spool.settle(taken)
        for one in taken:
            (self.old if one.backlog else self.live).remove(one.publisher)

    @rule()
    def open_again(self):
        self.spool.close()
        self.spool = SqliteSpool(self.path, lambda: 0.0, limit_bytes=10**9)

    @invariant()
    def counts(self):
        assert self.spool.state().waiting == len(self.live) + len(self.old)

    def teardown(self):
        self.spool.close()
        self.folder.cleanup()


TestSpoolAgainstLists = SpoolAgainstLists.TestCase
TestSpoolAgainstLists.settings = hypothesis_settings(
    max_examples=15, stateful_step_count=15, deadline=None
)
