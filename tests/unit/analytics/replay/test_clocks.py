"""Times that cannot be, told by their receipt."""

import numpy as np
import pytest

from analytics.indicators.day_view import FIELDS_READ
from analytics.replay.clocks import set_right
from analytics.replay.readings import Rows

DAY = 20_000 * 86_400
STEPS = np.arange(0, 86_400, 900)


def received(time_s, received_s, system=0):
    rows = np.size(time_s)
    return Rows(
        np.full(rows, system),
        np.asarray(time_s, np.int64),
        np.asarray(received_s, np.int64),
        np.zeros((len(FIELDS_READ), rows), np.float32),
    )


def test_readings_in_time_stay_and_say_so():
    rows, clocks = set_right(received(DAY + STEPS, DAY + STEPS + 20), 2)
    assert rows.time_s.tolist() == (DAY + STEPS).tolist()
    assert clocks.ahead_h[0] == 0.0
    assert clocks.lag_h[0] == pytest.approx(20 / 3600)
    assert np.isnan([clocks.ahead_h[1], clocks.lag_h[1]]).all()


def test_what_was_kept_and_forwarded_is_late_but_its_clock_is_right():
    rows, clocks = set_right(received(DAY + STEPS, np.full(STEPS.size, DAY + 86_395)), 1)
    assert rows.time_s.tolist() == (DAY + STEPS).tolist()
    assert clocks.ahead_h[0] == 0.0
    assert clocks.lag_h[0] < 0.3


def test_a_clock_in_another_zone_is_told_and_its_times_stay():
    ahead = DAY + STEPS + 8 * 3600
    rows, clocks = set_right(received(ahead, DAY + STEPS + 20), 1)
    assert rows.time_s.tolist() == ahead.tolist()
    assert clocks.ahead_h[0] == pytest.approx(8.0, abs=0.01)
    assert clocks.lag_h[0] == pytest.approx(-8.0, abs=0.01)


def test_a_clock_that_is_behind_lags_without_being_impossible():
    _, clocks = set_right(received(DAY + STEPS - 3 * 3600, DAY + STEPS + 20), 1)
    assert clocks.ahead_h[0] == 0.0
    assert clocks.lag_h[0] == pytest.approx(3.0, abs=0.01)


@pytest.mark.parametrize("shift_s", [-20_000 * 86_400, 400 * 86_400])
def test_a_time_on_no_day_of_ours_is_set_right_by_its_receipt(shift_s):
    true = DAY + STEPS
    rows, clocks = set_right(received(true + shift_s, true + 20), 1)
    assert np.abs(rows.time_s - true).max() <= 20
    assert clocks.ahead_h[0] == pytest.approx(shift_s / 3600, rel=1e-3)


def test_readings_of_a_lost_clock_that_come_together_keep_their_distance():
    true = DAY + STEPS
    rows, _ = set_right(received(true - DAY, np.full(STEPS.size, true[-1] + 20)), 1)
    assert np.diff(rows.time_s).tolist() == [900] * (STEPS.size - 1)
    assert rows.time_s[-1] == true[-1] + 20


def test_a_neighbour_with_the_right_time_is_left_alone():
    wrong, right = received(STEPS, DAY + STEPS), received(DAY + STEPS, DAY + STEPS, system=1)
    both = Rows(
        *(
            np.concatenate([getattr(wrong, f), getattr(right, f)], axis=-1)
            for f in ("system", "time_s", "received_s", "values")
        )
    )
    rows, clocks = set_right(both, 2)
    assert rows.time_s[STEPS.size :].tolist() == (DAY + STEPS).tolist()
    assert clocks.ahead_h[1] == 0.0


def test_when_all_clocks_are_ahead_it_is_the_receivers_that_is_wrong():
    parts = [received(DAY + STEPS + 7200, DAY + STEPS, system=i) for i in range(4)]
    parts[3] = received(DAY + STEPS, DAY + STEPS + 20, system=3)
    fields = ("system", "time_s", "received_s", "values")

    def together(some):
        return Rows(*(np.concatenate([getattr(p, f) for p in some], axis=-1) for f in fields))

    most = together(parts)
    assert np.isnan(set_right(most, 4)[1].ahead_h).all()
    one = together([parts[0], parts[3]])
    assert set_right(one, 4)[1].ahead_h[[0, 3]].tolist() == [2.0, 0.0]
