import numpy as np

from collector.domain.fields import FIELD_INDEX
from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet, timeline_of

START_S = (DAY + 1) * DAY_S
WIRED = Episode("load_bypassed", SERIALS[1], START_S, np.inf, 1.0)
NO_SUN = Episode("panel_disconnected", SERIALS[1], START_S, np.inf)


def evening(name: str, *episodes: Episode) -> np.ndarray:
    timeline = timeline_of(episodes=episodes)
    days = [timeline.day(DAY + n).shown[1, :, FIELD_INDEX[name]] for n in range(4)]
    return np.array(days)[:, 44:52]  # seven to nine in the evening


def test_the_battery_discharges_at_night_with_nothing_on_the_meter():
    assert evening("load_current_a", WIRED)[1:].max() < 0.03
    assert evening("battery_current_a", WIRED)[1:].mean() < -0.2
    assert evening("load_current_a")[1:].mean() > 0.2


def test_more_is_used_than_before():
    wired, plain = Flows(mixed_fleet(), 4, [WIRED]), Flows(mixed_fleet(), 4)
    used = [f["load_current_a"][96:, 1].sum() for f in (wired, plain)]
    assert 1.25 < used[0] / used[1] < 1.45


def test_no_cut_off_spares_the_battery():
    wired = Flows(mixed_fleet(), 25, [WIRED, NO_SUN])
    plain = Flows(mixed_fleet(), 25, [NO_SUN])
    cut = wired["cut"][:, 1]
    assert cut.any()
    assert wired["load_current_a"][cut, 1].max() > 0.1
    assert wired["soc"][:, 1].mean() < plain["soc"][:, 1].mean() - 0.005
    assert wired["soc"].min() >= 0
