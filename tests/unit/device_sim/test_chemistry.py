import numpy as np
import pytest

from device_sim.chemistry import CHEMISTRIES, LEAD_ACID, LFP, rest_voltage_v


def at(chemistry: int, *soc: float) -> np.ndarray:
    return rest_voltage_v(np.full(len(soc), chemistry, np.int32), np.array(soc, np.float32))


def test_lead_acid_rests_as_its_acid_thins():
    assert at(0, 0.0, 0.5, 0.55, 1.0) == pytest.approx([10.5, 12.13, 12.19, 12.70], abs=0.005)
    slopes = np.diff(at(0, *np.linspace(0.2, 1, 9))) / 0.1
    assert slopes.min() > 1.0  # no surface charge hides in the table: that is polarisation
    assert slopes.max() < 1.55


def test_lithium_is_flat_in_the_middle_and_falls_off_at_its_ends():
    low, middle, high, full, empty = at(1, 0.25, 0.5, 0.9, 1.0, 0.0)
    assert high - low < 0.35
    assert low < middle < high
    assert full > 13.8
    assert empty < 11


def test_rest_voltage_rises_with_charge():
    for chemistry in range(len(CHEMISTRIES)):
        assert (np.diff(at(chemistry, *np.linspace(0, 1, 301))) >= 0).all()


def test_lithium_keeps_nearly_every_charge():
    assert LFP.coulombic > 0.98 > LEAD_ACID.coulombic
    assert LFP.ohmic < LEAD_ACID.ohmic
