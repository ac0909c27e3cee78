import numpy as np
import pytest

from device_sim.panel import (
    ISC_A_PER_W,
    VOC_STC_V,
    cell_temperature_c,
    current_a,
    maximum_power,
    open_circuit_v,
    plane_light,
    voltage_v,
)

FULL_SUN = np.array([1000.0], np.float32)
COOL = np.array([25.0], np.float32)


def test_a_panel_gives_its_rating_at_standard_conditions():
    photo = np.array([50.0 * ISC_A_PER_W])
    volts, amps = maximum_power(photo, open_circuit_v(FULL_SUN, COOL))
    assert float((volts * amps)[0]) == pytest.approx(50.0, rel=0.01)
    assert 17.0 < float(volts[0]) < 18.5


def test_the_maximum_is_the_maximum():
    photo, open_v = np.array([2.9]), np.array([20.0])
    volts = np.linspace(0, 20, 2001)
    power = volts * current_a(photo, open_v, volts)
    at, amps = maximum_power(photo, open_v)
    assert float((at * amps)[0]) == pytest.approx(power.max(), rel=1e-3)


def test_voltage_is_the_inverse_of_current():
    photo, open_v = np.array([2.9]), np.array([20.0])
    volts = np.array([14.0, 17.0, 19.0, 19.8])
    assert voltage_v(photo, open_v, current_a(photo, open_v, volts)) == pytest.approx(
        volts, abs=0.01
    )


def test_open_circuit_falls_with_heat_and_with_dusk():
    light = np.array([1000.0, 100.0, 5.0, 0.5, 0.0])
    volts = open_circuit_v(light, np.full(5, 25.0))
    assert volts[0] == pytest.approx(VOC_STC_V, abs=0.1)
    assert (np.diff(volts) < 0).all()
    assert volts[-2] < 6
    assert volts[-1] < 0.1
    assert open_circuit_v(FULL_SUN, np.array([60.0]))[0] < volts[0] - 2


def test_no_current_flows_back_at_night():
    assert current_a(np.zeros(1), np.zeros(1), np.array([12.5]))[0] == 0
    at, amps = maximum_power(np.zeros(1), np.zeros(1))
    assert at[0] == 0
    assert amps[0] == 0


def test_cells_in_the_sun_are_hot():
    assert 48 < cell_temperature_c(np.array([25.0]), FULL_SUN)[0] < 56


def test_a_level_panel_sees_the_level_ground():
    direction = np.array([0.6, 0.8, 0.0]).reshape(3, 1, 1)
    beam, diffuse = np.full((1, 1), 800.0), np.full((1, 1), 100.0)
    level = plane_light(direction, beam, diffuse, np.array([[1.0], [0.0], [0.0]]))
    assert level[0, 0] == pytest.approx(0.6 * 800 + 100)


def test_a_panel_turned_to_the_sun_gets_more_and_turned_away_only_the_sky():
    direction = np.array([0.6, 0.8, 0.0]).reshape(3, 1, 1)
    beam, diffuse = np.full((1, 1), 800.0), np.full((1, 1), 100.0)
    facing = plane_light(direction, beam, diffuse, np.array([[0.8], [0.6], [0.0]]))
    away = plane_light(direction, beam, diffuse, np.array([[0.6], [-0.8], [0.0]]))
    assert facing[0, 0] > 0.6 * 800 + 100
    assert away[0, 0] < 0.3 * facing[0, 0]
