"""How charge goes in, on a day that is written down hour by hour."""

import numpy as np
import pytest

from tests.fixtures.quiet_days import at, measured, quiet_days, sunny


def test_hours_and_charge_until_the_limit_and_the_tail_at_it():
    block = quiet_days()
    sunny(block, limit_from_h=12.0)
    found = measured(block)
    # Sunrise is near 5:50; 2.5 A flow from 7 to 12.
    assert found["to_limit_h"][0, 0] == pytest.approx(6.2, abs=0.4)
    assert found["to_limit_ah"][0, 0] == pytest.approx(2.5 * 5, abs=0.7)
    assert found["in_ah"][0, 0] == pytest.approx(2.5 * 5 + 1.35 * 5, abs=0.9)
    assert found["tail_a"][0, 0] == pytest.approx(0.2, abs=0.01)
    assert found["full_h"][0, 0] == pytest.approx(5.0)


def test_a_day_that_never_gets_there_has_no_time_to_the_limit():
    block = quiet_days()
    sunny(block, limit_from_h=17.0)
    found = measured(block)
    for name in ("to_limit_h", "to_limit_ah", "tail_a"):
        assert np.isnan(found[name][0, 0]), name
    assert found["full_h"][0, 0] == 0.0
    assert found["in_ah"][0, 0] == pytest.approx(25.0, abs=1.0)


def test_what_goes_out_by_day_is_taken_off_the_net():
    block = quiet_days()
    sunny(block)
    found = measured(block)
    unlit_h = 12.6 - 10.0
    assert found["in_ah"][0, 0] - found["sun_net_ah"][0, 0] == pytest.approx(0.5 * unlit_h, abs=0.3)


def test_warmth_lowers_what_counts_as_full_for_a_compensated_charger():
    block = quiet_days(battery_temperature_c=40.0)
    sunny(block)
    held = slice(at(12.0), at(17.0))
    block["battery_voltage_v"][:, held] = 13.65
    assert measured(block)["full_h"][0, 0] == pytest.approx(5.0)
    block["battery_temperature_c"][:] = 25.0
    assert measured(block)["full_h"][0, 0] == 0.0


@pytest.mark.parametrize("celsius", [np.nan, -40.0, 90.0])
def test_a_temperature_that_cannot_be_believed_corrects_nothing(celsius):
    block = quiet_days(battery_temperature_c=celsius)
    sunny(block)
    found = measured(block)
    assert found["full_h"][0, 0] == pytest.approx(5.0)
    assert np.isnan(found["battery_c"]).all()


def test_without_a_battery_meter_charge_is_panel_less_load():
    block = quiet_days()
    sunny(block)
    block["pv_voltage_v"][:] = np.where(block["pv_current_a"] > 0, 13.4, 0.1)
    measured_in = measured(block)["in_ah"][0, 0]
    block["battery_current_a"][:] = np.nan
    assert measured(block)["in_ah"][0, 0] == pytest.approx(measured_in, rel=0.02)


def test_without_a_battery_meter_a_tracker_gives_more_current_than_it_takes():
    block = quiet_days()
    sunny(block, limit_from_h=17.0)
    block["battery_current_a"][:] = np.nan
    gain = 0.95 * 17.0 / 13.2
    assert measured(block)["in_ah"][0, 0] == pytest.approx((3.0 * gain - 0.5) * 10, rel=0.05)


def test_no_current_at_all_is_no_charge_known():
    block = quiet_days(battery_current_a=np.nan, pv_current_a=np.nan)
    found = measured(block)
    for name in ("in_ah", "sun_net_ah", "to_limit_ah"):
        assert np.isnan(found[name]).all(), name
