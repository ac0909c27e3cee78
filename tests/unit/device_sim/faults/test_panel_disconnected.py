import numpy as np

from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

CUT_S = (DAY + 3) * DAY_S + 4 * 3600
OPEN = Episode("panel_disconnected", SERIALS[0], CUT_S, CUT_S + 3 * DAY_S)
LAMP_POST = Episode("panel_disconnected", SERIALS[9], CUT_S, np.inf)


def test_neither_volts_nor_amperes_come_from_an_open_panel():
    flows = Flows(mixed_fleet(), 8, [OPEN])
    step = 3 * 96 + 16
    assert not flows["pv_voltage_v"][step : step + 3 * 96, 0].any()
    assert not flows["pv_current_a"][step : step + 3 * 96, 0].any()
    assert flows["pv_voltage_v"][step - 1, 0] > 12
    assert flows["pv_current_a"][step + 3 * 96 :, 0].max() > 0.5


def test_the_neighbours_panel_charges_on():
    flows = Flows(mixed_fleet(), 8, [OPEN])
    assert flows["pv_current_a"][3 * 96 + 16 : 5 * 96, 1].max() > 0.3


def test_a_lamp_post_without_a_panel_thinks_it_is_night():
    load = Flows(mixed_fleet(), 6, [LAMP_POST])["load_current_a"][:, 9]
    noon = 3 * 96 + 18  # half an hour after the plug was pulled
    assert load[noon] > 0
    assert Flows(mixed_fleet(), 6)["load_current_a"][noon, 9] == 0
