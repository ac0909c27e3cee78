import numpy as np
import pytest

from device_sim.chemistry import LEAD_ACID, LEAD_FULL_V, LFP, lead_rest_v, lfp_rest_v

PYBAMM_REST_V = (12.990, 12.878, 12.764, 12.650, 12.534, 12.417, 12.297, 12.175)
"""PyBaMM 26.10 `lead_acid.Full`, 17 Ah in 2000 h: full, and 10 to 70 % taken out."""


def soc(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_lead_acid_rests_as_its_acid_thins():
    ours = lead_rest_v(1 - np.linspace(0, 0.7, 8, dtype=np.float32))
    assert ours == pytest.approx(PYBAMM_REST_V, abs=0.015)
    assert ours[0] == pytest.approx(LEAD_FULL_V, abs=1e-4)
    assert lead_rest_v(soc(0.0))[0] == pytest.approx(10.6, abs=0.05)


def test_a_lithium_cell_is_flat_in_the_middle_and_falls_off_at_its_ends():
    low, middle, high, full, empty = lfp_rest_v(soc(0.25, 0.5, 0.9, 1.0, 0.0))
    assert high - low < 0.09
    assert low < middle < high
    assert full > 3.45
    assert empty < 2.5


@pytest.mark.parametrize("rest_v", [lead_rest_v, lfp_rest_v])
def test_rest_voltage_rises_with_charge(rest_v):
    volts = rest_v(np.linspace(0, 1, 301, dtype=np.float32))
    assert (np.diff(volts) >= 0).all()
    assert volts.dtype == np.float32


def test_lithium_keeps_nearly_every_charge():
    assert LFP.coulombic > 0.98 > LEAD_ACID.coulombic
    assert LFP.gassing_a_per_ah < 0.1 * LEAD_ACID.gassing_a_per_ah
