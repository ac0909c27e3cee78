import threading

import numpy as np
import pytest

from collector.domain.fields import FIELD_INDEX
from device_sim.timeline import plan_ahead
from tests.fixtures.simulated_field import DAY, DAY_S, timeline_of

NOON_S = DAY * DAY_S + 4 * 3600
VOLTS, STAGE = FIELD_INDEX["battery_voltage_v"], FIELD_INDEX["charge_stage"]


@pytest.fixture(scope="module")
def timeline():
    return timeline_of()


def test_on_the_grid_it_is_the_quarter_hours_reading(timeline):
    values, heard = timeline.at(NOON_S)
    view = timeline.day(DAY)
    assert np.array_equal(values, view.shown[:, 16], equal_nan=True)
    assert np.array_equal(heard, view.heard[:, 16])


def test_in_between_it_is_in_between(timeline):
    before, after = timeline.at(NOON_S)[0], timeline.at(NOON_S + 900)[0]
    middle = timeline.at(NOON_S + 450)[0]
    assert middle[:, VOLTS] == pytest.approx((before[:, VOLTS] + after[:, VOLTS]) / 2, abs=1e-4)


def test_codes_are_never_in_between(timeline):
    for quarter in range(96):
        stage = timeline.at(DAY * DAY_S + quarter * 900 + 333)[0][:, STAGE]
        known = stage[np.isfinite(stage)]
        assert np.array_equal(known, np.floor(known))


def test_it_goes_on_as_time_does_and_over_midnight(timeline):
    values, _ = timeline.at((DAY + 1) * DAY_S - 1)
    assert np.isfinite(values[:, VOLTS]).all()
    assert timeline.day(DAY + 1).day == DAY + 1


def test_only_days_that_count_are_recorded():
    fresh = timeline_of()
    fresh.day(DAY + 1)
    assert [t.day for t in fresh.record.days] == [DAY, DAY + 1]


def test_days_long_gone_are_told_apart_from_days_to_come():
    fresh = timeline_of()
    fresh.day(DAY + 5)
    assert fresh.day(DAY + 4).day == DAY + 4
    with pytest.raises(LookupError, match="in order"):
        fresh.day(DAY)


def test_several_threads_see_one_story():
    fresh, seen = timeline_of(), []
    threads = [
        threading.Thread(target=lambda: seen.append(fresh.at(NOON_S + 2 * DAY_S)[0]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fresh.record.days) == 3
    assert all(np.array_equal(seen[0], other, equal_nan=True) for other in seen)


def test_faults_are_planned_once_a_period():
    planned = timeline_of(faults=True)
    planned.day(DAY + 2)
    count = len(planned.episodes)
    planned.day(DAY + 3)
    assert len(planned.episodes) == count


def test_a_day_that_is_taken_is_not_kept():
    fresh = timeline_of()
    taken = fresh.take(DAY)
    assert taken.shown.shape[:2] == (12, 96)
    with pytest.raises(LookupError):
        fresh.day(DAY)


def test_planned_ahead_it_is_what_a_timeline_plans_by_itself():
    by_itself = timeline_of(faults=True)
    by_itself.period_s = 2 * DAY_S
    by_itself.day(DAY + 3)
    span_s = (DAY * DAY_S, (DAY + 4) * DAY_S)
    ahead = plan_ahead(by_itself.fleet, by_itself.lot, span_s, 2 * DAY_S)
    assert ahead == by_itself.episodes
