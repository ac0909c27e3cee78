import numpy as np
import pytest

from collector.domain.device import Assignment, Kind
from device_sim.fleet import fleet_of
from device_sim.instruments import ABSENT, COMPUTED, HOME, HOME_FULL, STREET_LIGHT, instruments_of
from tests.fixtures.simulated_field import BOTI, system


@pytest.fixture(scope="module")
def eyes():
    """A thousand homes of which the first half is behind a gateway, and 100 street lights."""
    systems = [system(n) for n in range(1000)]
    systems += [system(n, kind=Kind.STREET_LIGHT) for n in range(1000, 1100)]
    assignments = [
        Assignment(f"KPK-{n:04d}", s.code, 0, gateway="gw-boti" if n < 500 else "")
        for n, s in enumerate(systems)
    ]
    return instruments_of(fleet_of([BOTI], systems, assignments, 1))


def test_a_gateway_sees_all_there_is(eyes):
    assert (eyes.data_format[:500] == HOME_FULL).all()
    assert not eyes.current_mode[:500].any()
    assert not eyes.mute_when_cut[:500].any()


def test_devices_of_their_own_differ(eyes):
    alone = slice(500, 1000)
    assert 0.6 < (eyes.data_format[alone] == HOME).mean() < 0.9
    assert 0.1 < (eyes.current_mode[alone] == ABSENT).mean() < 0.2
    assert 0.2 < (eyes.current_mode[alone] == COMPUTED).mean() < 0.3
    assert 0.05 < eyes.mute_when_cut[alone].mean() < 0.2
    assert (
        set(np.round(eyes.volt_step[alone], 3)) == {0.01, 0.1}
        or len(set(np.round(eyes.volt_step[alone].astype(float), 3))) == 2
    )


def test_street_lights_speak_their_own_format(eyes):
    assert (eyes.data_format[1000:] == STREET_LIGHT).all()


def test_readings_are_taken_early_in_their_quarter_hour(eyes):
    assert eyes.phase_s.min() >= 0
    assert eyes.phase_s.max() < 900
