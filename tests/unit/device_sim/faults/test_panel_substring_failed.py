import numpy as np
import pytest

from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = (DAY + 2) * DAY_S


def failed(row: int, lost: float) -> Episode:
    return Episode("panel_substring_failed", SERIALS[row], START_S, np.inf, lost)


@pytest.mark.parametrize("row", [1, 7])  # a tracker and a switch
def test_half_a_12_v_panel_lies_below_its_battery_and_charges_nothing(row):
    sick, well = Flows(mixed_fleet(), 6, [failed(row, 0.5)]), Flows(mixed_fleet(), 6)
    days = slice(3 * 96, 6 * 96)
    assert not sick["pv_current_a"][days, row].any()
    assert well["pv_current_a"][days, row].max() > 0.3
    noon = 3 * 96 + 16
    share = sick["pv_voltage_v"][noon, row] / well["pv_voltage_v"][noon, row]
    assert 0.4 < share < 0.75


def test_a_third_less_of_a_large_panel_leaves_a_tracker_at_work():
    sick, well = Flows(mixed_fleet(), 6, [failed(8, 1 / 3)]), Flows(mixed_fleet(), 6)
    noon = 3 * 96 + 16
    share = sick["pv_voltage_v"][noon, 8] / well["pv_voltage_v"][noon, 8]
    assert 0.5 < share < 0.85
    assert sick["pv_current_a"][noon, 8] > 0.5


def test_darkness_behind_it_is_not_the_batterys():
    sick = Flows(mixed_fleet(), 4, [failed(1, 0.5)])
    assert [bool(t.truth.sunless[1]) for t in sick.traces] == [False, False, True, True]
