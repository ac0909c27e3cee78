"""Power cuts without a clock: the order is kept, times are exact or marked as guessed."""

import pytest

from collector.gateway.outbox import Outbox
from collector.gateway.reading import Measured

START_S = 1_790_000_000.0


@pytest.fixture
def outbox(tmp_path):
    box = Outbox(tmp_path / "outbox.db", lambda: 50.0)
    yield box
    box.close()


def keep(box, *times, session=""):
    for time_s in times:
        box.keep(Measured("A", int(time_s), 1, {}), session)


def times(box):
    rows = sorted(box.unsent(99, -(2.0**60)), key=lambda r: r.sequence)
    return [(r.reading.time_s, r.guessed) for r in rows]


def test_the_present_run_gets_exact_times(outbox):
    keep(outbox, 100, 1000, session="now")
    assert times(outbox) == [], "what has no time is not sent"
    assert outbox.counts().waiting == 2
    assert outbox.date("now", START_S) == 2
    assert times(outbox) == [(START_S + 100, False), (START_S + 1000, False)]
    assert outbox.date("now", START_S + 7) == 0, "once dated is dated"


def test_runs_whose_clock_was_never_set_stand_in_order_before_it_and_are_guesses(outbox):
    keep(outbox, START_S - 100_000)
    keep(outbox, 60, 960, session="first")
    keep(outbox, 70, session="second")
    keep(outbox, 80, session="now")
    assert outbox.date("now", START_S) == 4
    assert times(outbox) == [
        (START_S - 100_000, False),
        (START_S - 1 - 70 - 1 - 900, True),
        (START_S - 1 - 70 - 1, True),
        (START_S - 1, True),
        (START_S + 80, False),
    ]


def test_what_is_dated_stays_so_when_it_ends_in_the_middle(outbox, tmp_path):
    keep(outbox, 100, session="now")
    outbox.date("now", START_S)
    outbox.close()
    again = Outbox(tmp_path / "outbox.db", lambda: 50.0)
    assert times(again) == [(START_S + 100, False)]
    again.close()
