import numpy as np

from device_sim.fault import Episode
from device_sim.faults.panel_connector_loose import act
from device_sim.grid import times_of
from device_sim.levers import Levers
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = (DAY + 2) * DAY_S
LOOSE = Episode("panel_connector_loose", SERIALS[1], START_S, np.inf, 0.4, {"luck": 5.0})


def test_current_drops_out_and_comes_back_within_the_sunny_hours():
    sick, well = Flows(mixed_fleet(), 9, [LOOSE]), Flows(mixed_fleet(), 9)
    sunny = well["pv_voltage_v"][:, 1] > 12
    out = sunny & (sick["pv_voltage_v"][:, 1] == 0)
    assert not out[: 2 * 96].any()
    daily = out.reshape(9, 96)[3:]
    assert (daily.sum(axis=1) >= 3).mean() > 0.7
    back = daily[:, :-1] & ~daily[:, 1:]
    assert back.sum() > 0.4 * daily.sum()


def test_it_gets_worse_for_a_month():
    opened = []
    for first in (DAY + 3, DAY + 40):
        levers = [Levers.untouched(2) for _ in range(20)]
        for n, lever in enumerate(levers):
            act(LOOSE, lever, 1, times_of(first + n))
        opened.append(np.mean([lever.panel_open[1].mean() for lever in levers]))
    assert opened[1] > 1.2 * opened[0]
