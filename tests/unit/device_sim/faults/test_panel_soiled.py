import numpy as np
import pytest

from device_sim.fault import Episode
from device_sim.faults.panel_soiled import act, answer
from device_sim.grid import times_of
from device_sim.levers import Levers
from device_sim.truth import SystemTruth
from tests.fixtures.simulated_field import DAY, DAY_S, SERIALS, Flows, mixed_fleet

START_S = DAY * DAY_S
DIRTY = Episode("panel_soiled", SERIALS[0], START_S, START_S + 40 * DAY_S, 0.30, {"per_day": 0.01})


def truth(dirt: np.ndarray) -> SystemTruth:
    none = np.zeros(dirt.size)
    days_s = START_S + np.arange(dirt.size) * DAY_S
    end_s = START_S + dirt.size * DAY_S
    return SystemTruth(
        START_S, end_s, days_s, none, dirt, none, none, none.astype(bool), none, none.astype(bool)
    )


def dirt_on(day: int) -> float:
    levers = Levers.untouched(1)
    act(DIRTY, levers, 0, times_of(day))
    return float(levers.dirt[0])


def test_dirt_builds_up_to_its_peak_until_somebody_wipes():
    assert [dirt_on(DAY + n) for n in (-1, 10, 35, 41)] == pytest.approx(
        [0.0, 0.105, 0.30, 0.0], abs=0.001
    )


def test_the_answer_lasts_from_twelve_to_eight_percent():
    dirt = np.r_[np.linspace(0, 0.29, 30), np.full(10, 0.29), np.full(5, 0.01)]
    told = answer(DIRTY, truth(dirt))
    assert told
    assert told.start_s == START_S + 13 * DAY_S
    assert told.end_s == START_S + 40 * DAY_S
    assert told.severity == pytest.approx(0.29)


@pytest.mark.parametrize(
    "dirt",
    [
        np.r_[np.zeros(14), np.full(10, 0.14), np.zeros(10)],  # never 15 %
        np.r_[np.zeros(14), np.full(5, 0.20), np.zeros(10)],  # not a week
    ],
)
def test_little_or_short_dirt_is_no_answer(dirt):
    assert answer(DIRTY, truth(dirt)) is None


def test_dirt_that_will_matter_within_three_weeks_is_foretold():
    told = answer(DIRTY, truth(np.linspace(0, 0.05, 5)))
    assert told
    assert told.start_s == START_S + 12 * DAY_S
    late = Episode("panel_soiled", SERIALS[0], START_S + 4 * DAY_S, np.inf, 0.3, {"per_day": 0.004})
    assert answer(late, truth(np.full(5, 0.01))) is None


def test_a_dirty_panel_gives_less_current_at_the_same_voltage_all_day():
    fleet = mixed_fleet()
    bad = Episode("panel_soiled", SERIALS[7], START_S - 60 * DAY_S, np.inf, 0.4, {"per_day": 0.01})
    dirty, clean = Flows(fleet, 10, [bad]), Flows(fleet, 10)
    # While neither battery holds its panel back, the lost share is the dirt.
    free = (dirty["charge_stage"][:, 7] == 1) & (clean["charge_stage"][:, 7] == 1)
    free &= clean["pv_current_a"][:, 7] > 0.3
    share = dirty["pv_current_a"][free, 7] / clean["pv_current_a"][free, 7]
    assert np.median(share) == pytest.approx(0.6, abs=0.03)
    assert np.ptp(np.percentile(share, (10, 90))) < 0.05
