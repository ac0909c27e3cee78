import numpy as np
import pytest

from device_sim.fault import Episode
from device_sim.faults.panel_degraded import answer
from device_sim.truth import SystemTruth
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = DAY * DAY_S
NONE = np.zeros(10)
TRUTH = SystemTruth(
    START_S,
    START_S + 10 * DAY_S,
    START_S + np.arange(10) * DAY_S,
    *[NONE] * 4,
    NONE.astype(bool),
    NONE,
    NONE.astype(bool),
)


def old(days: float) -> Episode:
    start_s = START_S - days * DAY_S
    return Episode("panel_degraded", SERIALS[7], start_s, np.inf, 0.25, {"per_year": 0.1})


def test_current_is_lost_all_day_and_weeks_show_no_change():
    sick, well = Flows(mixed_fleet(), 10, [old(1000)]), Flows(mixed_fleet(), 10)
    free = (sick["charge_stage"][:, 7] == 1) & (well["charge_stage"][:, 7] == 1)
    free &= well["pv_current_a"][:, 7] > 0.3
    share = sick["pv_current_a"][free, 7] / well["pv_current_a"][free, 7]
    assert np.median(share) == pytest.approx(0.75, abs=0.03)
    assert np.ptp(np.percentile(share, (10, 90))) < 0.05


def test_it_counts_from_a_tenth_on():
    told = answer(old(1000), TRUTH)
    assert told
    assert told.start_s == pytest.approx(START_S + (365.25 - 1000) * DAY_S)
    assert answer(old(200), TRUTH) is None
