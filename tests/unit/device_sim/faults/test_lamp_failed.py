import numpy as np

from device_sim.fault import Episode
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

DEAD = Episode("lamp_failed", SERIALS[9], (DAY + 2) * DAY_S, np.inf)


def test_a_dead_lamp_draws_nothing_and_leaves_its_battery_full():
    dead, lit = Flows(mixed_fleet(), 10, [DEAD]), Flows(mixed_fleet(), 10)
    assert dead["load_current_a"][: 2 * 96, 9].max() > 0.3
    assert not dead["load_current_a"][2 * 96 :, 9].any()
    assert dead["soc"][-4 * 96 :, 9].min() > 0.93
    assert lit["soc"][-4 * 96 :, 9].min() < dead["soc"][-4 * 96 :, 9].min()


def test_its_controller_goes_on_commanding_it():
    dead, lit = Flows(mixed_fleet(), 6, [DEAD]), Flows(mixed_fleet(), 6)
    assert np.array_equal(dead["lamp_level"][:, 9], lit["lamp_level"][:, 9])


def test_the_lamp_post_beside_it_is_lit():
    dead = Flows(mixed_fleet(), 10, [DEAD])
    assert dead["load_current_a"][-96:, 10].max() > 0.3
