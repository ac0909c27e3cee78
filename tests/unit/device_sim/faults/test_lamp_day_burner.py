import numpy as np

from device_sim.fault import Episode
from device_sim.faults.lamp_day_burner import act
from device_sim.grid import times_of
from device_sim.levers import Levers
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = (DAY + 2) * DAY_S


def test_a_latched_lamp_burns_in_the_sun_as_at_night():
    burner = Episode("lamp_day_burner", SERIALS[9], START_S, np.inf, 1.0, {"luck": 3.0})
    sick, well = Flows(mixed_fleet(), 6, [burner]), Flows(mixed_fleet(), 6)
    noon = np.arange(6) * 96 + 16
    assert not sick["load_current_a"][noon[:2], 9].any()
    burning = sick["load_current_a"][noon[2:], 9]
    assert burning[0] > 0.9 * well["load_current_a"][:, 9].max()
    assert not well["load_current_a"][noon, 9].any()
    assert not sick["load_current_a"][noon, 10].any()


def test_some_days_it_does_not():
    burner = Episode("lamp_day_burner", SERIALS[9], START_S, np.inf, 0.7, {"luck": 3.0})
    days = []
    for day in range(DAY + 2, DAY + 102):
        levers = Levers.untouched(1)
        act(burner, levers, 0, times_of(day))
        days.append(float(levers.burning[0].mean()))
    assert set(days) == {0.0, 1.0}
    assert 0.55 < np.mean(days) < 0.85
