import numpy as np
import pytest

from device_sim.sun import Sun
from tests.fixtures.simulated_field import BOTI, DAY, HAYA


@pytest.fixture(scope="module")
def sky():
    return Sun((BOTI, HAYA)).day(DAY)


def test_noon_is_where_the_longitude_puts_it(sky):
    # Solar noon of 124.45 degrees east is 3:42 UTC, of 129.45 degrees 20 minutes earlier.
    highest = sky.direction[0].argmax(axis=1) / 4
    assert highest[0] == pytest.approx(3.75, abs=0.5)
    assert highest[1] <= highest[0]


def test_a_tropical_noon_is_high_and_bright(sky):
    assert sky.direction[0].max() > 0.97
    level = sky.beam * sky.direction[0] + sky.diffuse
    assert 900 < level.max() < 1150


def test_nights_are_dark(sky):
    night = sky.direction[0] < -0.05
    assert night.any()
    assert not sky.beam[night].any()
    assert not sky.diffuse[night].any()


def test_directions_are_unit_vectors(sky):
    assert np.linalg.norm(sky.direction, axis=0) == pytest.approx(1.0, abs=1e-4)


def test_days_join_over_the_edge_of_a_block():
    sun = Sun((BOTI,))
    edge = DAY // 16 * 16
    before, after = sun.day(edge - 1).direction[0, 0, -1], sun.day(edge).direction[0, 0, 0]
    assert abs(float(after - before)) < 0.08
