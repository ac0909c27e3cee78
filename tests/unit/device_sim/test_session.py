import json
import threading

import numpy as np
import pytest

from device_sim.history import History
from device_sim.live import Live
from device_sim.session import Session
from device_sim.telemetry import Numbering
from tests.fixtures.simulated_field import DAY, DAY_S, timeline_of

START_S, END_S = DAY * DAY_S, (DAY + 1) * DAY_S


class Link:
    """Takes everything at once, or nothing any more after ``refuses_after`` messages."""

    def __init__(self, refuses_after: int | None = None) -> None:
        self.messages, self.started, self.stopped = [], False, False
        self.refuses_after = refuses_after

    def start(self) -> None:
        self.started = True

    def publish(self, message) -> bool:
        if self.refuses_after is not None and len(self.messages) >= self.refuses_after:
            return False
        self.messages.append(message)
        return True

    def drain(self, timeout_s=None) -> bool:
        return True

    @property
    def confirmed_rows(self) -> int:
        return sum(m.rows for m in self.messages)

    def stop(self) -> None:
        self.stopped = True


class Clock:
    """Time that passes only while somebody waits on ``stopping``, which is set after ``waits``."""

    def __init__(self, now_s: float, waits: int) -> None:
        self.now_s, self.left = now_s, waits

    def __call__(self) -> float:
        return self.now_s

    def wait(self, timeout_s: float) -> bool:
        self.now_s += timeout_s
        self.left -= 1
        return self.left < 0

    def is_set(self) -> bool:
        return self.left < 0


def session(link: Link, clock: Clock, interval_s: float | None) -> tuple[Session, list]:
    timeline, told = timeline_of(), []
    numbering = Numbering.of(timeline.fleet, np.ones(12, np.int64))
    return Session(
        history=History(timeline, numbering, START_S, END_S),
        live=Live(timeline, numbering),
        link=link,  # type: ignore[arg-type]
        tell=lambda event, numbers: told.append((event, numbers)),
        clock=clock,
        stopping=clock,  # type: ignore[arg-type]
        interval_s=interval_s,
    ), told


def test_once_ends_with_the_history():
    link = Link()
    run, told = session(link, Clock(END_S, 0), None)
    sent = run.run()
    assert link.started
    assert link.stopped
    assert sent == sum(m.rows for m in link.messages) == told[-1][1]["sent"]
    assert [event for event, _ in told] == ["history", "history_done"]
    assert told[0][1]["done"] == told[0][1]["of"] == sent


def test_live_comes_at_every_multiple_of_the_interval():
    link = Link()
    run, told = session(link, Clock(END_S + 100.0, 3), 300)
    run.run()
    assert [event for event, _ in told][-4:] == ["live", "live", "live", "stopped"]
    times = {json.loads(m.payload)["ts"] for m in link.messages if m.publisher == "KPK-0006"}
    assert {END_S + 300, END_S + 600, END_S + 900} <= times


def test_being_stopped_in_the_middle_of_the_history_is_orderly():
    link, stopping = Link(refuses_after=2), threading.Event()
    stopping.set()
    run, told = session(link, Clock(END_S, -1), 300)
    assert run.run() == sum(m.rows for m in link.messages)
    assert told[-1][0] == "stopped"
    assert link.stopped


@pytest.mark.parametrize("behind_s", [3 * 300, 3 * DAY_S])
def test_what_was_missed_is_made_up_for_but_no_more_than_a_day(behind_s):
    link = Link()
    clock = Clock(END_S + 1.0, 2)
    run, _ = session(link, clock, 300)
    waited = clock.wait

    def sleepy(timeout_s: float) -> bool:
        stopped = waited(timeout_s)
        if clock.left == 1:
            clock.now_s += behind_s
        return stopped

    clock.wait = sleepy  # type: ignore[method-assign]
    run.run()
    times = sorted(
        t for m in link.messages if (t := first_time(m.payload)) is not None and t >= END_S
    )
    assert times[0] == END_S + 300
    assert times[-1] >= clock.now_s - DAY_S - 1 or behind_s < DAY_S


def first_time(payload: bytes) -> int | None:
    body = json.loads(payload)
    body = body[0] if isinstance(body, list) else body
    return body["ts"]
