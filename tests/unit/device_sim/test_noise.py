import subprocess
import sys

import numpy as np
import pytest

from device_sim.noise import key_of, keys_of, normal, step_even, step_normal, uniform

KEYS = keys_of(1, [f"KPK-{n}" for n in range(400)])
TICKS = np.arange(1_900_000, 1_900_400)


def test_a_value_depends_on_its_key_and_tick_alone():
    whole = normal(KEYS, TICKS, "roof")
    assert np.array_equal(normal(KEYS[7:8], TICKS, "roof")[0], whole[7])
    assert np.array_equal(normal(KEYS, TICKS[100:], "roof"), whole[:, 100:])


def test_other_channels_and_seeds_differ():
    assert not np.array_equal(uniform(KEYS, TICKS, "a"), uniform(KEYS, TICKS, "b"))
    assert not np.array_equal(
        uniform(keys_of(2, ["KPK-1"]), TICKS, "a"), uniform(keys_of(1, ["KPK-1"]), TICKS, "a")
    )


def test_normal_is_nearly_normal():
    values = normal(KEYS, TICKS, "roof")
    assert abs(values.mean()) < 0.01
    assert abs(values.std() - 1.0) < 0.01
    assert np.abs(values).max() <= 3.5
    within_one = (np.abs(values) < 1).mean()
    assert 0.66 < within_one < 0.70


def test_uniform_fills_its_range_evenly():
    values = uniform(KEYS, TICKS, "chance")
    assert values.min() >= 0
    assert values.max() < 1
    shares = np.histogram(values, 10, (0, 1))[0] / values.size
    assert np.abs(shares - 0.1).max() < 0.005


def test_neighbours_in_time_and_space_are_unrelated():
    values = normal(KEYS, TICKS, "roof")
    assert abs(np.corrcoef(values[:, :-1].ravel(), values[:, 1:].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(values[:-1].ravel(), values[1:].ravel())[0, 1]) < 0.01


def test_noise_by_step_is_nearly_normal_or_even():
    normals, evens = step_normal(KEYS, TICKS, "roof"), step_even(KEYS, TICKS, "meter")
    assert normals.shape == evens.shape == (TICKS.size, KEYS.size)
    assert abs(normals.mean()) < 0.01
    assert abs(normals.std() - 1.0) < 0.01
    assert np.abs(normals).max() <= 3.5
    assert evens.min() >= -1
    assert evens.max() < 1
    assert np.abs(np.histogram(evens, 10, (-1, 1))[0] / evens.size - 0.1).max() < 0.005


@pytest.mark.parametrize("noise", [step_normal, step_even])
def test_noise_by_step_is_of_its_key_and_step_alone(noise):
    whole = noise(KEYS, TICKS, "roof")
    assert np.array_equal(noise(KEYS[7:8], TICKS, "roof")[:, 0], whole[:, 7])
    for some in (slice(1, 3), slice(3, 10), slice(5, None, 7)):
        assert np.array_equal(noise(KEYS, TICKS[some], "roof"), whole[some])
    assert not np.array_equal(noise(KEYS, TICKS, "load"), whole)


@pytest.mark.parametrize("noise", [step_normal, step_even])
def test_steps_that_share_a_hash_are_unrelated(noise):
    whole = noise(KEYS, TICKS, "roof").astype(float)
    by_place = whole.reshape(-1, 4, KEYS.size).transpose(1, 0, 2).reshape(4, -1)
    assert np.abs(np.corrcoef(by_place) - np.eye(4)).max() < 0.015
    neighbours = np.corrcoef(whole[:, :-1].ravel(), whole[:, 1:].ravel())[0, 1]
    assert abs(neighbours) < 0.01


def test_keys_are_the_same_in_another_process():
    code = "from device_sim.noise import key_of; print(key_of(5, 'weather', 'Boti'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(told.stdout) == key_of(5, "weather", "Boti")
