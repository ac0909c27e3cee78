import numpy as np

from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = (DAY + 2) * DAY_S
PART = Episode("lamp_partial", SERIALS[9], START_S, np.inf, 0.5, {"days_between": 3.0})


def test_strings_die_one_after_another():
    sick, well = Flows(mixed_fleet(), 10, [PART]), Flows(mixed_fleet(), 10)
    night = [f["load_current_a"].reshape(10, 96, 12)[:, 50, 9] for f in (sick, well)]
    assert np.allclose(night[0] / night[1], [1, 1, *[0.75] * 3, *[0.5] * 5], atol=1e-5)


def test_the_controller_commands_full_light():
    sick, well = Flows(mixed_fleet(), 6, [PART]), Flows(mixed_fleet(), 6)
    assert np.array_equal(sick["lamp_level"], well["lamp_level"])
