import numpy as np
import pytest

from device_sim.shade import blocked_share, clear_sky_loss

HOURS = np.linspace(-6, 6, 97)
ANGLE = HOURS / 6 * np.pi / 2
# An equatorial day: the sun climbs in the east, passes overhead and sinks in the west.
SKY = np.array([np.cos(ANGLE), np.zeros(97), -np.sin(ANGLE)])[:, None, :]


def obstacle(toward: float, height: float, share: float = 1.0) -> np.ndarray:
    return np.array([[toward, 60.0, height, share]])


def test_a_wall_in_the_east_takes_the_morning_only():
    blocked = blocked_share(SKY, obstacle(90.0, 45.0))[0]
    assert blocked[HOURS < -3.4][1:].min() == 1.0
    assert not blocked[HOURS > -2.7].any()


def test_the_higher_the_wall_the_more_it_takes():
    losses = [
        float(clear_sky_loss(SKY, blocked_share(SKY, obstacle(270.0, h)))[0]) for h in (0.1, 30, 60)
    ]
    assert losses == pytest.approx([0.0, 0.045, 0.20], abs=0.03)
    assert losses[0] < losses[1] < losses[2]


def test_leaves_let_some_light_through():
    whole, half = (blocked_share(SKY, obstacle(90.0, 45.0, s)) for s in (1.0, 0.5))
    assert half == pytest.approx(0.5 * whole)


def test_no_obstacle_takes_nothing():
    assert not blocked_share(SKY, np.zeros((1, 4))).any()
