import numpy as np

from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = (DAY + 2) * DAY_S


def test_the_lamp_goes_out_earlier_each_night_with_charge_left():
    early = Episode("lamp_early_dark", SERIALS[9], START_S, np.inf, 0.6, {"lit_h": 5.0})
    sick, well = Flows(mixed_fleet(), 14, [early]), Flows(mixed_fleet(), 14)
    lit_h, full_h = (
        (f["load_current_a"][:, 9].reshape(14, 96) > 0).sum(axis=1) / 4 for f in (sick, well)
    )
    assert np.array_equal(lit_h[:2], full_h[:2])
    assert (np.diff(lit_h[2:10]) <= 0).all()
    assert (lit_h[-3:] == 5.0).all()
    assert full_h[-3:].min() > 9.6
    assert sick["battery_voltage_v"][-96:, 9].min() > 12.2
