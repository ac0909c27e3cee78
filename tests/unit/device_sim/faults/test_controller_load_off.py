import pytest

from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = (DAY + 2) * DAY_S
DEAD = Episode("controller_load_off", SERIALS[7], START_S, START_S + 3 * DAY_S)


def test_no_load_flows_although_the_battery_is_full():
    sick, well = Flows(mixed_fleet(), 8, [DEAD]), Flows(mixed_fleet(), 8)
    now = slice(2 * 96, 5 * 96)
    assert not sick["load_current_a"][now, 7].any()
    assert (sick["load_state"][now, 7] == 0).all()
    assert sick["battery_voltage_v"][now, 7].min() > 12.4
    assert well["load_current_a"][now, 7].max() > 0.1
    assert sick["load_current_a"][5 * 96 :, 7].max() > 0.1


def test_what_its_people_wanted_is_not_served():
    truth = Flows(mixed_fleet(), 4, [DEAD]).traces[3].truth
    assert truth.unserved_ah[7] == pytest.approx(truth.wanted_ah[7], abs=0.01)
    assert truth.unserved_ah[1] == 0
