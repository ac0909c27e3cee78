"""The promises of the ledger, on every database and in memory."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from collector.ledger.balance.repository import SqlBalance
from collector.ledger.by_key import _OF_JSON, select_by_key
from collector.ledger.port import UNNUMBERED, Key, PublisherState, Takings, Traffic
from collector.ledger.repository import FIRST_ASK_S, LAST_PAUSE_S, SqlLedger
from collector.ledger.standing import Note
from collector.ledger.tables import publisher_states, sequences, traffic
from tests.contract.conftest import KINDS, engine_of
from tests.fixtures.memory_ledger import MemoryLedger

A, B = Key("gw-boti", "KPK-0001", 7), Key("gw-boti", "KPK-0002", 1)
C = Key("KPK-0003", "KPK-0003", 1)
DAY_S = 86_400.0


@pytest.fixture(params=[*KINDS, "memory"])
def ledger(request):
    return MemoryLedger() if request.param == "memory" else SqlLedger(engine_of(request))


def stored(*runs):
    return Note(stored=runs, received=sum(b - a + 1 for a, b in runs))


def take(ledger, notes, *, upto=(0, 0), now_s=0.0, spool="s"):
    return ledger.take(spool, Takings(notes=notes, counted_upto=upto), now_s)


def test_what_is_taken_is_known_afterwards(ledger):
    changes = take(ledger, {A: stored((1, 9)), B: stored((0, 4), (8, 9))}, upto=(3, 5))
    found = ledger.standings([A, B, Key("x", "y", 1)])
    assert {key: s.counts()["stored"] for key, s in found.items()} == {A: 9, B: 7}
    assert found[B].holes == ((5, 7),)
    assert {key: change.standing for key, change in changes.others.items()} == found
    assert ledger.counted_upto("s") == (3, 5)
    assert ledger.counted_upto("another") == (0, 0)


def test_another_publisher_settles_nothing_for_this_one(ledger):
    thief = Key("gw-thief", *A[1:])
    take(ledger, {A: stored((1, 5))})
    take(ledger, {thief: Note(refused=((6, 900),), received=895)})
    assert ledger.standings([A])[A].complete_upto == 5


def test_a_change_says_what_was_missing_before_and_what_came_again(ledger):
    assert take(ledger, {A: stored((1, 4), (7, 9))}).others[A].missing_before == 0
    change = take(ledger, {A: stored((4, 6))}).others[A]
    assert (change.missing_before, change.repeated) == (2, 1)
    assert change.standing.holes == ()


def test_a_hole_is_given_to_one_asker_at_growing_intervals(ledger):
    take(ledger, {A: stored((1, 49), (61, 99)), B: stored((1, 3))})
    assert ledger.claim_holes(FIRST_ASK_S - 1, 9) == []
    now_s = FIRST_ASK_S
    for asked, pause_s in enumerate([60, 240, 960, 3_840, 15_360, LAST_PAUSE_S, LAST_PAUSE_S]):
        (found,) = ledger.claim_holes(now_s, 9)
        assert (found.key, found.holes, found.asked) == (A, ((50, 60),), asked)
        assert ledger.claim_holes(now_s + pause_s - 1, 9) == []
        now_s += pause_s


def test_a_new_hole_does_not_wait_for_the_turn_of_an_old_one(ledger):
    take(ledger, {A: stored((1, 4), (6, 9))})
    for now_s in (100.0, 200.0, 1_000.0):
        ledger.claim_holes(now_s, 9)
    take(ledger, {A: stored((12, 12))}, now_s=1_100.0)
    (found,) = ledger.claim_holes(1_100.0 + FIRST_ASK_S, 9)
    assert (found.holes, found.asked) == (((5, 5), (10, 11)), 0)


def test_a_hole_that_is_filled_is_asked_for_no_more(ledger):
    take(ledger, {A: stored((1, 4), (6, 9))})
    take(ledger, {A: stored((5, 5))})
    assert ledger.claim_holes(DAY_S, 9) == []


def test_what_never_comes_is_listed_as_lost_in_the_end_and_no_younger_hole_with_it(ledger):
    take(ledger, {A: stored((1, 4), (6, 9))}, now_s=0.0)
    take(ledger, {A: stored((12, 12))}, now_s=30 * DAY_S)
    assert ledger.give_up(-1.0, "never sent", 40 * DAY_S) == 0
    assert ledger.give_up(1.0, "never sent", 45 * DAY_S) == 1
    found = ledger.standings([A])[A]
    assert (found.lost, found.holes, found.reason) == (((5, 5),), ((10, 11),), "never sent")
    assert ledger.give_up(1.0, "never sent", 46 * DAY_S) == 0


def columns(engine, table):
    with engine.connect() as connection:
        return [row._asdict() for row in connection.execute(select(table))]


def test_the_database_can_add_up_what_is_kept(engine):
    ledger = SqlLedger(engine)
    take(ledger, {A: Note(((1, 9), (12, 15)), ((10, 10),), ((11, 11),), ((16, 20),), 14)})
    take(ledger, {Key("d", "d", UNNUMBERED): Note(received=6)})
    numbered, counted = sorted(columns(engine, sequences), key=lambda r: -r["boot"])
    names = ("sent", "stored", "refused", "lost", "missing", "duplicates")
    assert [numbered[n] for n in names] == [20, 13, 1, 1, 5, 0]
    assert [counted[n] for n in names] == [6, 6, 0, 0, 0, 0]


def test_open_holes_are_counted_until_they_are_filled_or_given_up(engine):
    ledger, balance = SqlLedger(engine), SqlBalance(engine)
    assert balance.open_holes() == (0, 0)
    take(ledger, {A: stored((1, 49), (61, 99)), B: stored((1, 3), (5, 6)), C: stored((1, 8))})
    assert balance.open_holes() == (2, 12)
    take(ledger, {A._replace(boot=8): stored((1, 1), (3, 3)), B: stored((4, 4))})
    assert balance.open_holes() == (1, 12), "a device has one voice, whatever its boots"
    ledger.give_up(0.0, "asked for and never sent", 50 * DAY_S)
    assert balance.open_holes() == (0, 0)


def test_traffic_adds_up_and_states_replace_each_other(engine):
    ledger, month = SqlLedger(engine), ("gw-boti", "2026-11")
    for said_s in (5.0, 6.0):
        state = PublisherState("gw-boti", said_s, 40, 100, 3)
        takings = Takings({}, {A: stored((1, 9))}, {month: Traffic(2, 300, 700)}, [state])
        ledger.take("s", takings, said_s)
    (sums,), (state,) = columns(engine, traffic), columns(engine, publisher_states)
    assert (sums["messages"], sums["payload_bytes"], sums["line_bytes"]) == (4, 600, 1_400)
    assert (state["said_s"], state["produced"], state["settled_then"]) == (6.0, 100, 9)


def test_collectors_at_once_lose_nothing_of_each_others(engine):
    """Each brings a shuffled quarter of the numbers of the same serials, in small batches."""
    keys = [Key("gw-boti", f"KPK-{i:04}", 1) for i in range(20)]

    def collect(part):
        ledger, numbers = SqlLedger(engine), list(range(part, 200, 4))
        Random(part).shuffle(numbers)
        for start in range(0, len(numbers), 10):
            runs = tuple((n, n) for n in sorted(numbers[start : start + 10]))
            take(ledger, {key: stored(*runs) for key in keys}, spool=f"s{part}", upto=(start, 0))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(collect, range(4)))
    found = SqlLedger(engine).standings(keys)
    assert [s.settled for s in found.values()] == [((0, 199),)] * len(keys)
    assert all(s.received == 200 for s in found.values())


RUNS = st.tuples(st.integers(0, 5), st.integers(1, 3)).map(lambda run: (run[0], sum(run) - 1))
FAR_RUNS = st.tuples(st.integers(1_998, 2_004), st.integers(1, 3)).map(
    lambda run: (run[0], sum(run) - 1)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(st.tuples(st.booleans(), RUNS | FAR_RUNS), min_size=1, max_size=6))
def test_usual_news_leave_the_same_as_the_same_news_with_care(engine, news):
    """Whether it counts on, repeats, leaves a hole, or begins late; refused ones in between."""
    with_care, usual = (Key(f"gw-{uuid4().hex}", "KPK-0001", 1) for _ in range(2))
    ledger = SqlLedger(engine)
    for number, (refused, run) in enumerate(news):
        note = Note(refused=(run,), received=1 + run[1] - run[0]) if refused else stored(run)
        before = take(ledger, {with_care: note}, now_s=float(number)).others[with_care]
        takings = Takings({}, {usual: note}) if refused else Takings({usual: run})
        changes = ledger.take("s", takings, float(number))
        if usual in changes.grown:
            assert changes.grown[usual] == before.standing.complete_upto
            assert (before.missing_before, before.repeated) == (0, 0)
        else:
            assert changes.others[usual] == before
    one, other = (
        {k: v for k, v in row.items() if k != "publisher"}
        for row in columns(engine, sequences)
        if row["publisher"] in (with_care.publisher, usual.publisher)
    )
    assert one == other


def test_a_serial_that_only_counts_on_is_told_of_in_short(ledger):
    grown = {A: (1, 9), B: (2_001, 2_001)}
    assert last_numbers(ledger.take("s", Takings(grown), 0.0)) == {A: 9, B: 2_001}
    assert last_numbers(ledger.take("s", Takings({A: (10, 10)}), 1.0)) == {A: 10}
    assert last_numbers(ledger.take("s", Takings({A: (12, 12)}), 2.0)) == {A: 10}
    assert ledger.standings([A])[A].holes == ((11, 11),)
    assert last_numbers(ledger.take("s", Takings({A: (11, 11)}), 3.0)) == {A: 12}


def last_numbers(changes):
    return changes.grown | {k: c.standing.complete_upto for k, c in changes.others.items()}


def test_a_districts_batch_is_entered_in_one_go_and_again_without_a_change(engine):
    ledger = SqlLedger(engine)
    keys = [Key(f"gw-{i // 50}", f"KPK-{i:05}", 1) for i in range(6_000)]
    for _ in range(2):
        take(ledger, {key: Note(stored=((1, 4),)) for key in keys})
    found = ledger.standings(keys)
    assert len(found) == len(keys)
    assert {s.settled for s in found.values()} == {((1, 4),)}


def test_rows_are_found_by_their_whole_key_however_many_boots_a_device_has(engine):
    boots = [A._replace(boot=boot) for boot in range(3_000)]
    SqlLedger(engine).take("s", Takings(runs=dict.fromkeys(boots, (1, 1))), 0.0)
    asked = [A, B, A._replace(publisher="another")]
    with engine.connect() as connection:
        found = select_by_key(connection, "publisher, serial, boot", asked)
        assert [Key(*row) for row in found] == [A]
        if engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {_OF_JSON.format('*')}", ("[]",))
            assert "(publisher=? AND serial=? AND boot=?)" in str(plan.all())
