import numpy as np
import pytest

from device_sim.battery import usable_ah
from device_sim.drive import (
    MiddleDraw,
    average_lead_acid,
    driven_voltage_v,
    fit_draw,
    half_gone,
)

DRAWS = np.arange(0.0, 0.1005, 0.005)


def a_day_and_a_half(rated_ah: float, draw_a: float, start_soc: float) -> tuple:
    """Charge [A] of a day between two nights, and the voltage that the model itself gives it."""
    charge = np.zeros(144)
    charge[28:72] = 0.12 * np.sin(np.linspace(0, np.pi, 44))
    bank = average_lead_acid(np.array([rated_ah], np.float32))
    start = np.array([start_soc], np.float32)
    return charge, driven_voltage_v(bank, (charge - draw_a)[:, None], start, 25.0)[:, 0]


def test_the_middle_of_every_spread_is_drawn():
    middle = MiddleDraw(np.zeros(3, np.uint64))
    assert middle.between("a", 1.0, 3.0).tolist() == [2.0] * 3
    assert middle.normal("a", 5.0, 2.0).tolist() == [5.0] * 3
    assert middle.lognormal("a", 0.4, 0.5) == pytest.approx([0.4] * 3)


def test_a_resting_battery_hardly_moves_and_a_loaded_one_falls():
    bank = average_lead_acid(np.array([7.0, 7.0], np.float32))
    current = np.zeros((40, 2), np.float32)
    current[:, 1] = -0.3
    volts = driven_voltage_v(bank, current, np.full(2, 0.8, np.float32), 25.0)
    assert np.ptp(volts[:, 0]) < 0.01
    assert (np.diff(volts[:, 1]) < 0).all()


def test_what_is_drawn_is_taken_from_the_charge():
    bank = average_lead_acid(np.array([10.0], np.float32))
    capacity = usable_ah(bank, np.ones(1), np.full(1, 25.0))[0]
    assert capacity == pytest.approx(10.0)
    current = np.vstack([np.full((20, 1), -0.5), np.zeros((200, 1))])  # a quarter of it, then rest
    end_v = driven_voltage_v(bank, current, np.ones(1, np.float32), 25.0)[-1, 0]
    assert end_v == pytest.approx(12.65, abs=0.05)


def test_the_draw_that_made_a_record_is_found_again():
    draw_a = 0.03
    charge, volts = a_day_and_a_half(7.0, draw_a, 1.0 - draw_a * 5.0 / 7.0)
    fit = fit_draw((charge, volts), 7.0, 25.0, DRAWS)
    assert fit.draw_a == pytest.approx(draw_a, abs=1e-6)
    assert fit.rmse_v < 0.01


def test_a_record_of_another_battery_is_not_followed_as_well():
    charge, volts = a_day_and_a_half(7.0, 0.03, 0.98)
    assert fit_draw((charge, volts), 65.0, 25.0, DRAWS).rmse_v > 0.02


def test_a_worn_battery_is_followed_as_the_worn_one_it_is():
    charge, _ = a_day_and_a_half(12.0, 0.03, 0.98)
    bank = average_lead_acid(np.array([12.0], np.float32))
    start = np.array([1 - 0.03 * 5 / 12], np.float32)
    worn = driven_voltage_v(bank, (charge - 0.03)[:, None], start, 25.0, half_gone(1))[:, 0]
    old, new = (
        fit_draw((charge, worn), 12.0, 25.0, DRAWS, c) for c in (half_gone(DRAWS.size), None)
    )
    assert (old.draw_a, old.rmse_v) == pytest.approx((0.03, 0.0), abs=0.01)
    assert new.rmse_v > 5 * old.rmse_v
    assert new.night_rmse_v < new.rmse_v
