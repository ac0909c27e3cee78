import numpy as np
import pytest

from device_sim.draw import Draw
from device_sim.noise import keys_of

DRAW = Draw(keys_of(1, [str(n) for n in range(5000)]))


def test_draws_keep_to_what_was_asked():
    even = DRAW.between("panel", 0.9, 1.1)
    assert 0.9 <= even.min() < even.max() < 1.1
    assert DRAW.normal("bed", 21.0, 0.5).mean() == pytest.approx(21.0, abs=0.02)
    skewed = DRAW.lognormal("use", 3.0, 0.3)
    assert np.median(skewed) == pytest.approx(3.0, rel=0.02)
    assert np.log(skewed).std() == pytest.approx(0.3, rel=0.05)


def test_the_same_channel_gives_the_same_and_another_does_not():
    assert np.array_equal(DRAW.between("panel", 0, 1), DRAW.between("panel", 0, 1))
    related = np.corrcoef(DRAW.between("panel", 0, 1), DRAW.between("tilt", 0, 1))[0, 1]
    assert abs(related) < 0.05
