import numpy as np
import pytest

from device_sim.darkness import first_dark_day
from device_sim.truth import SystemTruth

DAYS = 20
BLAMED = np.ones(DAYS, bool)


def truth(unserved: np.ndarray, *, sunless: bool = False) -> SystemTruth:
    none, never = np.zeros(DAYS), np.zeros(DAYS, bool)
    wanted = np.full(DAYS, 2.0)
    days_s = np.arange(DAYS) * 86_400
    return SystemTruth(
        0.0, DAYS * 86_400.0, days_s, none, none, wanted, unserved, never | sunless, none, never
    )


@pytest.mark.parametrize(("a_day", "dark"), [(0.39, None), (0.41, 6), (2.0, 6)])
def test_a_week_has_to_lose_more_than_a_fifth(a_day, dark):
    assert first_dark_day(truth(np.full(DAYS, a_day)), BLAMED, DAYS) == dark


def test_only_the_batterys_own_darkness_counts():
    lost = truth(np.full(DAYS, 1.0))
    assert first_dark_day(lost, ~BLAMED, DAYS) is None
    assert first_dark_day(truth(np.full(DAYS, 1.0), sunless=True), BLAMED, DAYS) is None
    later = np.arange(DAYS) >= 10
    # Three days of half the energy are 3 of 14 Ah.
    assert first_dark_day(lost, later, DAYS) == 12
    assert first_dark_day(lost, later, 12) is None
