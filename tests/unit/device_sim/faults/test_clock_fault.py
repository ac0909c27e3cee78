from dataclasses import replace

import numpy as np
import pytest

from device_sim.answers import answers_of
from device_sim.fault import Episode, Span
from device_sim.faults.clock_fault import act, draw
from device_sim.grid import times_of
from device_sim.levers import Levers
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, timeline_of

START_S = (DAY + 1) * DAY_S


def wrong(ahead_s: float, per_day_s: float = 0.0, days: float = 2) -> Episode:
    shape = {"ahead_s": ahead_s, "per_day_s": per_day_s}
    return Episode("clock_fault", SERIALS[1], START_S, START_S + days * DAY_S, 0.25, shape)


def clock_s(episode: Episode, day: int) -> int:
    levers = Levers.untouched(2)
    act(episode, levers, 1, times_of(day))
    assert levers.clock_s[0] == 0
    return int(levers.clock_s[1])


@pytest.mark.parametrize("ahead_s", [5400, -5400, 8 * 3600 + 40])
def test_a_clock_is_wrong_until_it_is_set_right(ahead_s):
    days = [clock_s(wrong(ahead_s), DAY + n) for n in range(4)]
    assert days == [0, ahead_s, ahead_s, 0]


def test_a_clock_that_drifts_is_a_little_more_wrong_each_day():
    drifting = wrong(0.0, -90.0, days=40)
    assert [clock_s(drifting, DAY + n) for n in (1, 2, 11)] == [0, -90, -900]


def test_only_the_times_are_wrong_not_the_values():
    timeline, sound = timeline_of(episodes=[wrong(5400)]), timeline_of()
    for n in range(3):
        assert timeline.day(DAY + n).shown.tobytes() == sound.day(DAY + n).shown.tobytes()
    assert timeline.clock_s((DAY + 1) * DAY_S).tolist()[:3] == [0, 5400, 0]


def test_causes_are_spread_and_stamps_never_fall_on_the_grid():
    span = Span(DAY * DAY_S, (DAY + 60) * DAY_S)
    drawn = [draw(np.random.default_rng(n), "S", span) for n in range(300)]
    ahead = np.array([e.shape["ahead_s"] for e in drawn])
    assert (np.abs(ahead) < 3 * 3600 + 200).mean() > 0.5
    assert ((ahead > 6.9 * 3600) & (ahead < 9.1 * 3600)).mean() == pytest.approx(0.25, abs=0.08)
    assert (ahead < -365 * DAY_S).mean() == pytest.approx(0.1, abs=0.05)
    assert ((ahead < 0) & (ahead > -4 * 3600)).mean() > 0.15
    drifts = np.array([e.shape["per_day_s"] for e in drawn])
    assert set(np.sign(drifts)) == {-1.0, 0.0, 1.0}
    assert all(a % 900 for a in ahead[(drifts == 0) & (np.abs(ahead) < DAY_S)])


def test_a_lost_clock_begins_where_its_firmware_says():
    span = Span(DAY * DAY_S, (DAY + 60) * DAY_S)
    drawn = [draw(np.random.default_rng(n), "S", span) for n in range(300)]
    begun = {
        round(e.start_s + e.shape["ahead_s"]) for e in drawn if e.shape["ahead_s"] < -365 * DAY_S
    }
    assert begun <= {0, 946_684_800, 1_514_764_800}
    assert len(begun) > 1


def test_a_drift_is_told_when_it_is_twenty_minutes_off():
    def told(episode: Episode) -> list[float]:
        timeline = timeline_of(episodes=[episode])
        timeline.day(DAY + 6)
        return [a.start_s for a in answers_of(timeline, (DAY + 7) * DAY_S)]

    fast = replace(wrong(0.0, 600.0), end_s=np.inf)
    assert told(fast) == [START_S + 2 * DAY_S]
    assert told(replace(fast, shape={"ahead_s": 0.0, "per_day_s": 60.0})) == []
    assert told(wrong(5400)) == [START_S]
