from dataclasses import replace

import numpy as np
import pytest

from collector.domain.fields import FIELD_INDEX, MAXIMUM, MINIMUM
from device_sim.instruments import ABSENT, COMPUTED, CONSTANT, instruments_of
from device_sim.measure import ABSURD_SOC_PERCENT, measured
from tests.fixtures.simulated_field import Flows, mixed_fleet

FLEET = mixed_fleet()
EYES = instruments_of(FLEET)
FLOWS = Flows(FLEET, 3)
TRACE = FLOWS.traces[-1]
PLAIN = replace(
    EYES,
    current_mode=np.zeros(12, np.int8),
    temperature_mode=np.zeros(12, np.int8),
    volt_step=np.full(12, 0.01, np.float32),
    amp_step=np.full(12, 0.01, np.float32),
)


def column(shown: np.ndarray, name: str) -> np.ndarray:
    return shown[:, :, FIELD_INDEX[name]]


def test_what_is_shown_is_near_the_truth():
    shown = measured(FLEET, PLAIN, TRACE)
    volts = column(shown, "battery_voltage_v")
    assert np.median(np.abs(volts - TRACE.battery_voltage_v.T)) < 0.02
    amps = column(shown, "battery_current_a")
    assert np.abs(amps - TRACE.battery_current_a.T).max() < 0.05
    assert column(shown, "load_current_a").min() >= 0


def test_values_are_multiples_of_the_controllers_resolution():
    coarse = replace(PLAIN, volt_step=np.full(12, 0.1, np.float32))
    volts = column(measured(FLEET, coarse, TRACE), "battery_voltage_v").astype(float)
    sane = volts > 5
    assert volts[sane] * 10 == pytest.approx(np.rint(volts[sane] * 10), abs=1e-3)


def test_some_controllers_compute_the_battery_current_or_leave_it_out():
    modes = np.zeros(12, np.int8)
    modes[[5, 6]] = COMPUTED, ABSENT
    shown = measured(FLEET, replace(PLAIN, current_mode=modes), TRACE)
    difference = column(shown, "pv_current_a")[5] - column(shown, "load_current_a")[5]
    assert column(shown, "battery_current_a")[5] == pytest.approx(difference, abs=0.011)
    assert np.isnan(column(shown, "battery_current_a")[6]).all()
    assert np.isfinite(column(shown, "battery_current_a")[7]).all()


def test_some_thermometers_are_constant_or_absent():
    modes = np.zeros(12, np.int8)
    modes[[5, 6]] = CONSTANT, ABSENT
    warmth = column(
        measured(FLEET, replace(PLAIN, temperature_mode=modes), TRACE), "battery_temperature_c"
    )
    assert set(warmth[5]) == {25.0}
    assert np.isnan(warmth[6]).all()
    assert np.ptp(warmth[7]) > 0.5


def test_a_data_format_has_its_fields_and_no_more():
    shown = measured(FLEET, EYES, TRACE)
    home, full, lamp = (EYES.data_format == n for n in (1, 2, 3))
    assert home.any()
    assert full.any()
    assert lamp.any()
    assert np.isnan(column(shown, "soc_percent")[home]).all()
    assert np.isfinite(column(shown, "soc_percent")[full]).all()
    assert np.isnan(column(shown, "lamp_level_percent")[~lamp]).all()
    assert np.isfinite(column(shown, "lamp_level_percent")[lamp]).all()


def test_everything_shown_is_physically_possible_but_for_the_absurd():
    shown = measured(FLEET, EYES, TRACE)
    outside = (shown < MINIMUM) | (shown > MAXIMUM)
    assert (shown[outside] == ABSURD_SOC_PERCENT).all()
    assert outside.mean() < 1e-3


def test_codes_are_whole_numbers_and_the_load_voltage_follows_the_load():
    shown = measured(FLEET, PLAIN, TRACE)
    stage = column(shown, "charge_stage")[0]
    assert set(stage) <= {0, 1, 2, 3}
    lamp = column(shown, "load_voltage_v")[9]
    assert (lamp[TRACE.load_state[:, 9] == 5] == 0).all()
    assert (lamp[TRACE.load_state[:, 9] == 1] > 10).all()


def test_glitches_are_there_and_rare():
    many = [measured(FLEET, PLAIN, t) for t in Flows(FLEET, 60).traces]
    volts = np.array([column(shown, "battery_voltage_v") for shown in many])
    assert 0 < (volts < 1).mean() < 3e-4
