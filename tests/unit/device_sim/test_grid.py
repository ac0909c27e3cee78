import numpy as np

from device_sim.grid import STEP_H, STEP_S, STEPS_A_DAY, day_of, ticks_of, times_of
from tests.fixtures.simulated_field import DAY, DAY_S


def test_a_day_has_96_quarter_hours():
    assert STEPS_A_DAY == 96
    assert STEP_H == 0.25
    assert len(ticks_of(DAY)) == len(times_of(DAY)) == 96


def test_ticks_and_times_run_on_from_day_to_day():
    assert ticks_of(DAY)[-1] + 1 == ticks_of(DAY + 1)[0]
    assert times_of(DAY)[0] == DAY * DAY_S
    assert times_of(DAY + 1)[0] - times_of(DAY)[-1] == STEP_S
    assert np.array_equal(times_of(DAY), ticks_of(DAY) * STEP_S)


def test_every_moment_has_its_day():
    assert [day_of(t) for t in (DAY * DAY_S, DAY * DAY_S + 86_399.9)] == [DAY, DAY]
    assert day_of(DAY * DAY_S - 0.1) == DAY - 1
