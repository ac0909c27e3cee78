import numpy as np

from collector.domain.fields import FIELD_INDEX
from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet, timeline_of

AHEAD = Episode(
    "clock_fault", SERIALS[1], (DAY + 1) * DAY_S, (DAY + 3) * DAY_S, 0.25, {"ahead_h": 1.5}
)
PV = FIELD_INDEX["pv_current_a"]


def shown(*episodes: Episode) -> np.ndarray:
    timeline = timeline_of(episodes=episodes)
    return np.concatenate([timeline.day(DAY + n).shown[1, :, PV] for n in range(4)])


def test_a_clock_that_is_ahead_shows_the_sun_later_until_it_is_set_right():
    wrong, right = shown(AHEAD), shown()
    assert np.abs(wrong[96 : 3 * 96] - right[96 - 6 : 3 * 96 - 6]).max() < 0.15
    assert np.abs(wrong[96 : 3 * 96] - right[96 : 3 * 96]).max() > 0.3
    assert np.array_equal(wrong[:96], right[:96])
    assert np.array_equal(wrong[3 * 96 :], right[3 * 96 :])


def test_the_system_itself_keeps_true_time():
    wrong, right = Flows(mixed_fleet(), 4, [AHEAD]), Flows(mixed_fleet(), 4)
    assert np.array_equal(wrong["pv_current_a"], right["pv_current_a"])
