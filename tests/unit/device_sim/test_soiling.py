import numpy as np
import pytest

from device_sim.soiling import next_dust

A_DAY = np.array([0.002])
NO_RAIN = np.array([0.0])


def test_dust_settles_on_dry_days_up_to_what_people_bear():
    dust = np.array([0.0])
    for _ in range(20):
        dust = next_dust(dust, A_DAY, NO_RAIN)
    assert dust[0] == pytest.approx(0.04)
    for _ in range(200):
        dust = next_dust(dust, A_DAY, NO_RAIN)
    assert dust[0] <= 0.0701


def test_rain_washes_and_a_downpour_washes_more():
    dirty = np.array([0.06])
    shower, downpour = (next_dust(dirty, A_DAY, np.array([mm]))[0] for mm in (3.0, 30.0))
    assert downpour < 0.001 < shower < 0.06
