import numpy as np
import pytest

from collector.domain.device import Kind
from device_sim.draw import Draw
from device_sim.modules import modules_of
from device_sim.noise import keys_of
from tests.fixtures.simulated_field import Flows, mixed_fleet

SERIALS = [f"KPK-{n:04d}" for n in range(1000)]
FACILITY = 8


def of(kind: Kind):
    return modules_of([kind] * len(SERIALS), Draw(keys_of(1, SERIALS)))


def test_homes_have_36_cells_with_two_diodes_or_none():
    modules = of(Kind.HOME)
    assert set(modules.cells) == {36}
    assert set(modules.diodes) == {0, 2}
    assert (modules.diodes == 0).mean() == pytest.approx(0.3, abs=0.05)


def test_facilities_have_larger_modules_with_three():
    modules = of(Kind.FACILITY)
    assert set(modules.cells) == {60, 72}
    assert set(modules.diodes) == {3}


def test_a_larger_module_gives_its_rating_at_more_volts_to_a_tracker():
    fleet = mixed_fleet()
    flows = Flows(fleet, 2)
    noon = slice(96 + 12, 96 + 20)
    open_v = flows["pv_voltage_v"][noon, FACILITY].max() / fleet.blocks[FACILITY]
    assert open_v > 1.4 * flows["pv_voltage_v"][noon, 7].max()
    assert fleet.controller.mppt[FACILITY]
    power = flows["pv_voltage_v"][noon, FACILITY] * flows["pv_current_a"][noon, FACILITY]
    assert np.all(power < fleet.panel_w[FACILITY])
