import numpy as np
import pytest

from collector.domain.fields import FIELD_INDEX
from device_sim.fault import Episode
from device_sim.levers import METERS
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, timeline_of

START_S = (DAY + 1) * DAY_S


def fault(meter: str, **shape: float) -> Episode:
    number = float(METERS.index(meter))
    given = {"meter": number, "stuck": 0.0, "offset_a": 0.4, "drift_days": 0.25} | shape
    return Episode("sensor_fault", SERIALS[1], START_S, np.inf, 0.4, given)


def shown(name: str, *episodes: Episode) -> np.ndarray:
    timeline = timeline_of(episodes=episodes)
    days = [timeline.day(DAY + n).shown[1, :, FIELD_INDEX[name]] for n in range(4)]
    return np.array(days)


@pytest.mark.parametrize("meter", METERS[:3])
def test_an_offset_moves_what_one_meter_shows_by_night_as_by_day(meter):
    moved = shown(meter, fault(meter)) - shown(meter)
    assert not moved[0].any()
    assert moved[2:] == pytest.approx(0.4, abs=0.03)


def test_drift_comes_slowly_and_other_meters_are_right():
    slow = fault("load_current_a", drift_days=10.0)
    moved = shown("load_current_a", slow) - shown("load_current_a")
    means = moved.mean(axis=1)
    assert 0 < means[1] < means[2] < means[3] < 0.15
    assert np.array_equal(shown("battery_voltage_v", slow), shown("battery_voltage_v"))


def test_a_stuck_meter_shows_one_value_all_day():
    stuck = shown("pv_current_a", fault("pv_current_a", stuck=1.0))
    assert (np.ptp(stuck, axis=1) == 0)[1:].all()
    assert np.ptp(stuck[0]) > 0.3
    assert np.ptp(shown("pv_current_a"), axis=1).min() > 0.3
