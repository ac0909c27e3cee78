import numpy as np
import pytest

from device_sim.discharge import PYBAMM_V, REMOVED_SHARE, differences_v, model_v


@pytest.mark.parametrize("hours", sorted(PYBAMM_V))
def test_both_models_fall_all_the_way(hours):
    assert len(PYBAMM_V[hours]) == len(REMOVED_SHARE)
    assert (np.diff(PYBAMM_V[hours]) < 0).all()
    assert (np.diff(model_v(hours)) < 0).all()


def test_a_harder_discharge_is_a_lower_voltage():
    ours = np.array([model_v(hours) for hours in sorted(PYBAMM_V)])
    assert (np.diff(ours, axis=0) > 0).all()


def test_the_difference_is_the_models_less_theirs():
    assert differences_v(20) == pytest.approx(model_v(20) - PYBAMM_V[20], abs=1e-5)


@pytest.mark.parametrize("hours", sorted(PYBAMM_V))
def test_no_rate_from_c20_to_c2_is_further_off_than_a_tenth_of_a_volt(hours):
    assert np.sqrt(np.mean(differences_v(hours) ** 2)) < 0.1
